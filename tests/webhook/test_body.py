"""What is read of a body: its size, compression and encoding."""

import gzip
import json
from urllib.parse import quote

import pytest

from callevents.webhook.alert import Alert
from callevents.webhook.body import read_document
from callevents.webhook.senders import SENDERS
from callevents.webhook.senders.base import AuthenticatedRequest
from tests.webhook.builders import Webhook, make_request

JOB = "job-468a63a2-1111-4222-8333-b1ecf726d4be"
BODY: dict[str, object] = {"title": "Call dropped", "job_id": JOB, "id": "drop-1"}
MIB = 1 << 20
A = JOB
FORM = "application/x-www-form-urlencoded"


def read(body: bytes, content_type: str) -> Alert:
    document = read_document(body, {"content-type": content_type})
    [alert] = SENDERS["generic"].read(AuthenticatedRequest(document, {}))
    return alert


@pytest.mark.parametrize(
    ("body", "length", "status"),
    [
        (b" " * (MIB + 1), None, 413),
        (b"x" * MIB, None, 200),
        (b"x", str(MIB + 1), 413),
        (b"x", "9" * 5000, 413),
        (b"x", str(MIB), 200),
        (b"x", "abc", 200),
        (b"x", "", 200),
        (b"x", "-1", 200),
        (b"x", "٣", 200),
    ],
)
def test_a_body_over_one_mib_is_refused_by_its_length_and_by_what_it_says(
    body: bytes, length: str | None, status: int, webhook: Webhook
) -> None:
    headers = {} if length is None else {"Content-Length": length}
    assert webhook.post(make_request("/generic", body, headers))[0] == status
    # Before it is looked at who sends it, as nothing is read for that.
    stranger = webhook.post(make_request("/generic", body, headers, token=None))
    assert stranger[0] == (413 if status == 413 else 401)


@pytest.mark.parametrize("body", [b"", b"  \r\n", b"\x00\x00", b"\xff\xfe", b"\xef\xbb\xbf", b"\xff" * 40])
def test_an_empty_body_is_refused(body: bytes, webhook: Webhook) -> None:
    assert webhook.post(make_request("/generic", body))[0] == 400


@pytest.mark.parametrize(
    ("encoding", "body", "status"),
    [
        ("gzip", gzip.compress(json.dumps(BODY).encode(), mtime=0), 200),
        ("x-gzip", gzip.compress(json.dumps(BODY).encode(), mtime=0), 200),
        (" GZIP ", gzip.compress(json.dumps(BODY).encode(), mtime=0), 200),
        ("identity", json.dumps(BODY).encode(), 200),
        ("br", b"x", 415),
        ("deflate", b"x", 415),
        ("gzip, gzip", b"x", 415),
        ("zstd", b"", 415),
        ("gzip", b"no gzip", 400),
        ("gzip", b"", 400),
        ("gzip", gzip.compress(b"", mtime=0), 400),
        ("gzip", gzip.compress(json.dumps(BODY).encode(), mtime=0)[:-9], 400),
        ("gzip", gzip.compress(b"a", mtime=0) * 2, 400),
        ("gzip", gzip.compress(b" " * MIB + b"x", mtime=0), 413),
        ("gzip", gzip.compress(b"0" * 200 * MIB, 1, mtime=0), 413),
    ],
)
def test_gzip_is_unpacked_as_far_as_the_limit_and_nothing_else_is(
    encoding: str, body: bytes, status: int, webhook: Webhook
) -> None:
    assert webhook.post(make_request("/generic", body, {"Content-Encoding": encoding}))[0] == status
    assert bool(webhook.queue.payloads) == (status == 200)


@pytest.mark.parametrize(
    ("body", "content_type"),
    [
        (f"title=通话中断 {A}".encode("gbk"), "text/plain; charset=GBK"),
        (f"title=通话中断 {A}".encode("gbk"), "text/plain"),
        (f"title=通话中断 {A}".encode("gbk"), "text/plain; charset=utf-8"),
        (f"title=通话中断 {A}".encode(), "text/plain; charset=GBK"),
        (f"通话中断通{A}".encode(), "text/plain; charset=gb2312"),
        (f"title={quote('通话中断'.encode('gbk'))}+{A}".encode(), "application/x-www-form-urlencoded; charset=GBK"),
        (f"title={quote('通话中断'.encode('gbk'))}+{A}".encode(), FORM),
        (f"title=通话+{A}".encode("gbk"), "application/x-www-form-urlencoded;charset=gbk"),
        (json.dumps({"title": f"通话 {A}"}, ensure_ascii=False).encode("gbk"), 'application/json; charset="gb18030"'),
        (json.dumps({"title": A}).encode("utf-16"), "application/json; charset=utf-16"),
        (json.dumps({"title": A}).encode("utf-16"), "application/json"),
        (json.dumps({"title": A}).encode(), "application/json; charset=utf-16"),
        (b"\xef\xbb\xbf" + json.dumps({"title": A}).encode(), "application/json"),
        (json.dumps({"title": A}).encode(), "application/json; charset=klingon"),
        (json.dumps({"title": A}).encode(), "application/json; charset=idna"),
        (json.dumps({"title": A}).encode(), ""),
        (b"\xff\xfe\x00" + A.encode(), "application/octet-stream; charset=latin1"),
        (b"\x80\x81 " + A.encode() + b" \xf5", "text/plain"),
        (f"a=1&a={A}&a=3".encode(), ""),
        (f"a={quote(quote(A))}".replace("job", "%256aob").encode(), FORM),
        ("&".join([f"x{number}=1" for number in range(2000)] + [f"y={A}"]).encode(), FORM),
        (f"--x\r\nContent-Disposition: form-data\r\n\r\n{A}\r\n--x--".encode(), "multipart/form-data; boundary=x"),
        (f'{{"n": {"9" * 5000}, "x": "{A}"}}'.encode(), "application/json"),
        (f'{{"n": 1.{"9" * 5000}e999, "x": "{A}"}}'.encode(), "application/json"),
        (f'{{"x": "{A}", "n": NaN}}'.encode(), "application/json"),
        (f'{"[" * 100_000}"{A}"{"]" * 100_000}'.encode(), "application/json"),
        (f'{{"a": {json.dumps("[" * 50_000 + json.dumps(A))}}}'.encode(), "application/json"),
        (f'{{"broken": "{A}'.encode(), "application/json"),
    ],
)  # fmt: skip
def test_ids_are_found_in_any_encoding(body: bytes, content_type: str) -> None:
    assert read(body, content_type).firing == (A,)


@pytest.mark.parametrize("charset", ["gbk", "", "klingon"])
def test_a_chinese_title_in_gbk_is_read(charset: str) -> None:
    body = f"title={quote('通话中断'.encode('gbk'))}&x={A}".encode()
    content_type = f"application/x-www-form-urlencoded; charset={charset}"
    assert read(body, content_type).title == "通话中断"
