"""Whatever a stranger or a broken sender sends ends in an answer, and a stranger's never in anything but 4xx."""

import gzip
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from callevents.invocation import Request
from callevents.settings.validators import ROUTES
from callevents_sandbox.fixtures.alerts import SAMPLE_TOKEN, AlertSample, samples
from tests.examples import THOROUGH, examples
from tests.webhook.builders import make_request, make_webhook

JOB = "job-468a63a2-1111-4222-8333-b1ecf726d4be"
MIB = 1 << 20
WORDS = (
    "alerts", "alert", "status", "labels", "annotations", "startsAt", "fingerprint", "commonLabels", "alertState",
    "transId", "alertStatus", "dedupId", "timestamp", "eventType", "instanceId", "contactId", "Content", "Data",
    "eventTime", "source", "id", "type", "data", "event", "event_type", "incident", "created_at", "action", "alertId",
    "updatedAt", "createdAt", "alert_transition", "alert_cycle_key", "title", "body", "issue", "metric_alert",
    "tags", "job_id", "severity", "fire_time", "state",
)  # fmt: skip
VALUES = (
    JOB, "", "null", "firing", "resolved", "OK", "ccc-demo", "Abandoned", "sls:AlertEvent:Resolved", "\ud800", "[",
    '{"a":', "[Recovered on {", "1795162530", "9" * 400, "2026-11-20T08:15:30Z", "0001-01-01T00:00:00Z",
    json.dumps({"instanceId": "ccc-demo", "eventType": "Abandoned", "contactId": JOB}), "%6a%", "é" * 500,
)  # fmt: skip
SECRET_HEADERS = (
    "authorization", "x-callevents-token", "x-callevents-signature", "x-callevents-timestamp",
    "x-grafana-alerting-signature", "x-grafana-alerting-signature-timestamp", "x-pagerduty-signature",
    "sentry-hook-signature", "x-eventbridge-signature-token", "x-eventbridge-signature-v2",
)  # fmt: skip
OTHER_HEADERS = (
    "content-type", "content-encoding", "content-length", "sentry-hook-resource", "host", "x-fc-invocation-type",
)  # fmt: skip

texts = st.text(st.characters(), max_size=40)
header_values = texts | st.sampled_from(
    [
        "Bearer x",
        "Basic Og==",
        "v1=",
        "v1=" + "0" * 64,
        "0" * 64,
        "1795162530",
        "gzip",
        "charset=utf-7",
        "charset=gbk",
    ]
)
trees = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | texts | st.sampled_from(VALUES),
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(st.sampled_from(WORDS) | texts, inner, max_size=6)
    ),
    max_leaves=25,
)
documents = trees.map(lambda tree: json.dumps(tree).encode())
forms = st.lists(st.tuples(st.sampled_from(WORDS), st.sampled_from(VALUES) | texts), max_size=6).map(
    lambda pairs: "&".join(f"{name}={value}" for name, value in pairs).encode("utf-8", "surrogatepass")
)
bodies = documents | forms | st.binary(max_size=200) | documents.map(gzip.compress)
paths = st.sampled_from([f"/{route}" for route in ROUTES]) | texts


@examples(150)
@given(
    method=st.sampled_from(["POST", "PUT", "GET"]) | texts,
    path=paths,
    query=st.dictionaries(st.sampled_from(["token", "channel"]) | texts, texts, max_size=3),
    headers=st.dictionaries(st.sampled_from(SECRET_HEADERS + OTHER_HEADERS), header_values, max_size=6),
    body=bodies,
)
def test_a_stranger_gets_nothing_but_4xx(
    *,
    method: str,
    path: str,
    query: dict[str, str],
    headers: dict[str, str],
    body: bytes,
) -> None:
    webhook = make_webhook()
    status, _ = webhook.post(Request(method, path, query, headers, body))
    assert status in {401, 405, 413}
    assert webhook.queue.attempts == []


@examples(200)
@given(
    path=paths,
    headers=st.dictionaries(st.sampled_from(OTHER_HEADERS), header_values, max_size=3),
    body=bodies,
)
def test_an_authentic_sender_gets_an_answer_to_anything(
    path: str, headers: dict[str, str], body: bytes
) -> None:
    webhook = make_webhook()
    status, answer = webhook.post(
        Request("POST", path, {}, {**headers, "authorization": f"Bearer {SAMPLE_TOKEN}"}, body)
    )
    assert status in {200, 400, 413, 415}
    assert (answer["status"] == "accepted") == bool(webhook.queue.envelopes)


@examples(100)
@given(data=st.data(), each=st.sampled_from(samples()))
def test_a_sample_with_a_hole_in_it_gets_an_answer(data: st.DataObject, each: AlertSample) -> None:
    start = data.draw(st.integers(0, len(each.body)))
    end = data.draw(st.integers(start, min(start + 40, len(each.body))))
    body = each.body[:start] + data.draw(st.binary(max_size=3)) + each.body[end:]
    path = each.path.partition("?")[0]
    status, _ = make_webhook().post(make_request(path, body, {"Content-Type": each.headers["Content-Type"]}))
    assert status in {200, 400}


SIZE = MIB if THOROUGH else MIB // 8


def cut(text: str) -> bytes:
    return text.encode()[:SIZE]


LARGE = {
    "arrays": cut("[" * SIZE),
    "objects": cut('{"a":' * (SIZE // 5)),
    "deep and closed": cut("[" * 100_000 + "]" * 100_000),
    "empty strings": cut("[" + '"",' * (SIZE // 3 - 2) + '""]'),
    "empty members": cut('{"alerts":[' + "{}," * (SIZE // 3 - 10) + "{}]}"),
    "numbers for members": cut('{"alerts":[' + "1," * (SIZE // 2 - 10) + "1]}"),
    "a list of numbers": cut("[" + "1," * (SIZE // 2 - 2) + "1]"),
    "one long number": cut('{"n":' + "9" * (SIZE - 10) + "}"),
    "one long fraction": cut('{"n":0.' + "9" * (SIZE - 20) + "}"),
    "many exponents": cut("[" + "1e9999," * 100_000 + "1]"),
    "almost ids": cut("job-" * (SIZE // 4)),
    "ids": cut(" ".join(f"job-{number:015}" for number in range(SIZE // 20))),
    "percent signs": cut("%" * SIZE),
    "escaped percent signs": cut("%25" * (SIZE // 3)),
    "escaped everything": cut("%6A%6F%62%2D" * (SIZE // 12)),
    "quotes": cut('"' * SIZE),
    "backslashes": cut('{"a":"' + "\\\\" * (SIZE // 2 - 10) + '"}'),
    "JSON in JSON in JSON": json.dumps(
        {"a": json.dumps({"b": json.dumps(["[" * 20_000, JOB] * 5)})}
    ).encode(),
    "brackets in strings": cut("[" + '"[[[[[[[[[[[[[[[[[[[[",' * (SIZE // 24) + '""]'),
    "fields": cut("a=1&" * (SIZE // 4)),
    "one field": cut("a=" + "%E4%B8%AD" * (SIZE // 9)),
    "keys": cut("{" + ",".join(f'"{number}":1' for number in range(SIZE // 12)) + "}"),
    "a datadog title": cut('{"title":"' + "[a on {" * (SIZE // 8) + '"}'),
    "Chinese in GBK": ("中" * (SIZE // 2)).encode("gbk"),
    "zeros": b"\x00" * SIZE,
    "a bomb": gzip.compress(b"[" * (64 * MIB), 9),
    "a bomb that just fits": gzip.compress(b"[" * MIB, 9),
}


# Each body goes where it costs most; all others go to /generic.
ROUTE = {
    "arrays": "sls",
    "deep and closed": "sls",
    "empty strings": "sls",
    "empty members": "alertmanager",
    "numbers for members": "alertmanager",
    "a list of numbers": "ccc",
    "JSON in JSON in JSON": "ccc",
    "brackets in strings": "ccc",
    "fields": "cloudmonitor",
    "one field": "cloudmonitor",
    "a datadog title": "datadog",
}


@pytest.mark.parametrize("name", LARGE)
def test_a_large_body_gets_an_answer(name: str) -> None:
    body = LARGE[name]
    headers = {"Content-Encoding": "gzip"} if body.startswith(b"\x1f\x8b") else {}
    status, _ = make_webhook().post(make_request(f"/{ROUTE.get(name, 'generic')}", body, headers))
    assert status in {200, 400, 413}
