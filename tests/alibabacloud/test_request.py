"""What is signed is what travels."""

from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from callevents.alibabacloud.outbound import Outbound
from callevents.alibabacloud.request import ApiCall, base_url, signed_request
from callevents.alibabacloud.signing import percent_encoded
from callevents.invocation import Credentials
from tests.alibabacloud.wire import answer, well_signed
from tests.examples import examples

if TYPE_CHECKING:
    from tests.clocks import FakeClock
    from tests.conftest import ScriptedServer

texts = st.text(max_size=15)
visible = st.text(st.characters(min_codepoint=0x20, max_codepoint=0x7E), max_size=20)


@examples(100)
@given(
    method=st.sampled_from(["GET", "POST", "PUT"]),
    base=st.sampled_from(["", "/", "/proxy/ccc", "/proxy/ccc/"]),
    path=st.lists(
        texts.map(percent_encoded).filter(lambda part: part not in {".", "..", ""}), max_size=3
    ).map("/".join),
    query=st.lists(st.tuples(texts.filter(bool), texts), max_size=4),
    header=visible,
    body=st.binary(max_size=200),
)
def test_any_request_arrives_as_it_was_signed(
    *,
    outbound: Outbound,
    server: "ScriptedServer",
    time: "FakeClock",
    credentials: Credentials,
    method: str,
    base: str,
    path: str,
    query: list[tuple[str, str]],
    header: str,
    body: bytes,
) -> None:
    server.script = [answer(b"")]
    note = [("content-type", "application/octet-stream"), ("x-acs-note", header)]
    call = ApiCall("Act", "2020-07-01", method=method, path=path, query=query, headers=note, body=body)
    url = base_url(server.url + base)
    outbound.client.send(signed_request(call, url, credentials, outbound, time.deadline(9))[0])
    seen = server.seen[-1]
    assert seen.method == method
    assert seen.body == body
    assert seen.target.partition("?")[0] == f"{base.rstrip('/')}/{path}"
    assert well_signed(seen, "the-secret-key")


@pytest.mark.parametrize(
    ("endpoint", "host"),
    [
        ("https://ccc.cn-shanghai.aliyuncs.com", "ccc.cn-shanghai.aliyuncs.com"),
        ("https://ccc.cn-shanghai.aliyuncs.com:443", "ccc.cn-shanghai.aliyuncs.com"),
        ("https://CCC.cn-shanghai.aliyuncs.com:8443/", "ccc.cn-shanghai.aliyuncs.com:8443"),
        ("http://127.0.0.1:80", "127.0.0.1"),
        ("http://[::1]:8080", "[::1]:8080"),
    ],
)
def test_the_host_is_signed_as_it_is_sent(
    outbound: Outbound, time: "FakeClock", credentials: Credentials, endpoint: str, host: str
) -> None:
    call = ApiCall("Act", "2020-07-01")
    request, _ = signed_request(call, base_url(endpoint), credentials, outbound, time.deadline(1))
    assert request.headers.get_list("host") == [host]
