"""Whatever comes to a front door, or comes back from behind it, ends in an answer of ours."""

import json
from collections.abc import Callable
from contextlib import suppress
from io import BytesIO
from typing import Any

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from callevents.runtime.custom_runtime import CustomRuntime
from callevents.runtime.handler import InvocationFailed
from callevents.settings.validators import ROUTES
from callevents.webhook.authentication import TOKEN_HEADER
from callevents.webhook.hmac_signature import OWN
from callevents.webhook.senders import SENDERS
from tests.fuzz.doors import (
    DETAIL_OPERATIONS,
    ENVIRON,
    FORM,
    JOB,
    JSONS,
    SECRETS,
    SLACK,
    TEXTS,
    WEBHOOK,
    WEBHOOK_TOKEN,
    WORDS,
    WORKER,
    answered,
    bounded,
    door,
    fine,
    form,
    http_event,
    signed,
)

PARTS = (
    "version", "rawPath", "headers", "queryParameters", "body", "isBase64Encoded", "requestContext", "httpMethod",
    "multiValueHeaders", "http", "method", "path", "kind", "jobs", "instance", "asker",
)  # fmt: skip
EVENTS = st.dictionaries(st.sampled_from(PARTS), JSONS, max_size=7)
KINDS = (
    "block_actions", "view_submission", "view_closed", "message_action", "shortcut", "event_callback",
    "url_verification", "block_suggestion", "interactive_message", "dialog_submission", "app_mention",
    "app_home_opened",
)  # fmt: skip


@bounded
@given(event=st.binary(max_size=200) | EVENTS.map(lambda event: json.dumps(event).encode()) | EVENTS | JSONS)
@pytest.mark.parametrize("kind", [SLACK, WEBHOOK, WORKER])
def test_any_event_of_a_stranger_is_refused(kind: Any, event: Any) -> None:
    with suppress(
        InvocationFailed
    ):  # an event that is no request has nobody to answer; the platform gets a code
        found = door(kind).handler(event, None)
        if found is not None:
            status, _ = answered(found)
            assert 400 <= status < 500


PLATFORM = (
    "CONTROL_PATH",
    "REQUEST_ID",
    "ACCESS_KEY_ID",
    "ACCESS_KEY_SECRET",
    "SECURITY_TOKEN",
    "REGION",
    "STATUS",
)
HEADERS = st.dictionaries(
    st.sampled_from([f"HTTP_X_FC_{name}" for name in PLATFORM])
    | st.sampled_from(
        ["HTTP_AUTHORIZATION", "HTTP_X_SLACK_SIGNATURE", "CONTENT_TYPE", "CONTENT_LENGTH", "QUERY_STRING"]
    )
    | TEXTS.map(lambda text: f"HTTP_{text}"),
    st.sampled_from(["/invoke", "/initialize", "STS.a", "a, b", "-1", "9" * 400]) | TEXTS | st.none(),
    max_size=6,
)


REQUESTS = st.fixed_dictionaries(
    {
        "REQUEST_METHOD": st.sampled_from(["POST", "PUT", "GET", "HEAD", ""]) | TEXTS,
        "PATH_INFO": st.sampled_from(["/invoke", "/initialize", "/pre-stop", "/", "/ccc", "/mcp", ""])
        | TEXTS,
        "wsgi.input": (st.binary(max_size=200) | EVENTS.map(lambda event: json.dumps(event).encode())).map(
            BytesIO
        ),
    }
)


@bounded
@given(request=REQUESTS, headers=HEADERS)
@pytest.mark.parametrize("kind", [SLACK, WEBHOOK])
@pytest.mark.parametrize("runtime", ["custom runtime", "FC 2"])
def test_any_request_of_a_stranger_is_refused(
    runtime: str, kind: Any, request: dict[str, object], headers: dict[str, str | None]
) -> None:
    function, environ = door(kind, http_only=True), {**request, **headers}

    status, body = called(
        CustomRuntime(function) if runtime == "custom runtime" else function.handler, environ
    )

    assert 400 <= status < 500
    assert not any(secret in body for secret in SECRETS)


@bounded
@given(request=REQUESTS, headers=HEADERS)
def test_any_request_to_the_workers_custom_runtime_is_refused_or_no_task(
    request: dict[str, object], headers: dict[str, str | None]
) -> None:
    """It has no trigger, so only the platform sends requests: what is no task is dropped, with 200."""
    status, body = called(CustomRuntime(door(WORKER)), {**request, **headers})

    assert status == 200 or 400 <= status < 500
    assert not any(secret in body for secret in SECRETS)


def called(application: Any, environ: dict[str, object]) -> tuple[int, str]:
    """Return status and body of what a WSGI application answers."""
    began: list[str] = []
    parts = application(environ, lambda status, _: began.append(status))
    return int(began[0][:3]), b"".join(parts).decode()


@bounded
@given(fields=st.dictionaries(st.sampled_from(WORDS) | TEXTS, TEXTS, max_size=8), body=st.binary(max_size=80))
@pytest.mark.parametrize("as_form", [True, False])
def test_whatever_slack_signs_gets_200(as_form: bool, fields: dict[str, str], body: bytes) -> None:
    content = form({"command": "/callevents", **fields}) if as_form else body
    status, text = answered(door(SLACK).handler(signed(content, FORM), None))
    assert status == 200
    if as_form and text.startswith("{"):
        json.loads(text)


@bounded
@given(
    kind=st.sampled_from(KINDS),
    parts=st.dictionaries(st.sampled_from(WORDS), JSONS, max_size=8),
    event=st.dictionaries(st.sampled_from(WORDS), JSONS, max_size=5),
    as_form=st.booleans(),
)
def test_any_interaction_gets_200(kind: str, parts: Any, event: Any, as_form: bool) -> None:
    text = json.dumps({"event": {"type": "app_mention", **event}, **parts, "type": kind})
    request = signed(form({"payload": text}), FORM) if as_form else signed(text.encode(), "application/json")
    assert answered(door(SLACK).handler(request, None))[0] == 200


@bounded
@given(
    route=st.sampled_from(ROUTES),
    body=st.binary(max_size=120) | JSONS.map(lambda value: json.dumps(value).encode()),
    content_type=st.sampled_from(
        ["application/json", FORM, "text/plain", "", "application/cloudevents+json"]
    ),
)
def test_any_alert_gets_an_answer(route: str, body: bytes, content_type: str) -> None:
    headers = {"Authorization": f"Bearer {WEBHOOK_TOKEN}", "Content-Type": content_type}
    status, text = answered(door(WEBHOOK).handler(http_event(body, headers, path=f"/{route}"), None))
    assert status in {200, 400, 401, 413, 415}  # 401: where the route wants its own proof beside the token
    json.loads(text)


CREDENTIALS = {
    "CALLEVENTS_WEBHOOK_SECRET": "grafana:fuzz-grafana-secret-01,fuzz-webhook-secret-0123",
    "CALLEVENTS_WEBHOOK_TOKEN": f"sls:fuzz-sls-token-0123456,{WEBHOOK_TOKEN}",
}
PROOFS = sorted(
    {"authorization", TOKEN_HEADER, OWN.header, "x-callevents-timestamp"}
    | {each.token_header for each in SENDERS.values() if each.token_header}
    | {each.signature.header for each in SENDERS.values() if each.signature}
)


@bounded
@given(
    route=st.sampled_from(ROUTES) | TEXTS,
    headers=st.dictionaries(
        st.sampled_from(PROOFS),
        st.sampled_from(
            ["Bearer", "Basic", "Bearer ", "Basic Og==", "v1=", f"v1={'0' * 64}", "0" * 64, ",", ""]
        )
        | TEXTS.map(lambda text: f"Bearer {text}")
        | TEXTS,
    ),
    query=st.dictionaries(st.just("token") | TEXTS, TEXTS, max_size=2),
    body=st.binary(max_size=80),
)
def test_no_made_up_proof_opens_a_route(
    route: str, headers: dict[str, str], query: dict[str, str], body: bytes
) -> None:
    event = json.loads(http_event(body, headers, path=f"/{route}"))
    event["queryParameters"] = query
    handler = door(WEBHOOK, environ={**ENVIRON, **CREDENTIALS}).handler
    assert answered(handler(json.dumps(event).encode(), None))[0] == 401


RECORDS = st.dictionaries(
    st.sampled_from(["InstanceId", "NotificationKey", "NotificationType", "Content"]),
    JSONS
    | st.sampled_from([JOB, "Established", "Released", "ccc-test"])
    | st.dictionaries(
        st.sampled_from(
            ["eventTime", "channelId", "callType", "agentId", "eventType", "releaseReason", "caller"]
        ),
        TEXTS | JSONS | st.sampled_from(["2026-03-04T10:22:11.309Z", "ch-user:1", "INBOUND", "13800000101"]),
    ).map(json.dumps),
)
REPLIES = st.fixed_dictionaries(
    {"Code": st.just("OK") | TEXTS | JSONS},
    optional={
        "Data": st.lists(RECORDS | JSONS, max_size=5) | JSONS,
        "Params": JSONS,
        "Message": JSONS,
        "RequestId": JSONS,
        "HttpStatusCode": JSONS,
    },
)


def assert_a_command_gets_a_sentence(upstream: Callable[[httpx.Request], httpx.Response]) -> None:
    command = form(
        {"command": "/callevents", "text": JOB, "user_id": "U0MEI", "team_id": "T1", "channel_id": "C1"}
    )
    got, text = answered(door(SLACK, upstream).handler(signed(command, FORM), None))
    assert got == 200
    assert json.loads(text)["text"]


@bounded
@given(
    status=st.integers(200, 599),
    body=st.binary(max_size=200) | REPLIES.map(lambda value: json.dumps(value).encode()),
    headers=st.dictionaries(
        st.sampled_from(["x-acs-retry-after", "x-acs-request-id", "content-type"]),
        st.text(st.characters(min_codepoint=32, max_codepoint=126), max_size=20),
    ),
)
def test_any_answer_of_the_contact_center_ends_in_a_sentence(status: int, body: bytes, headers: Any) -> None:
    def answer(request: httpx.Request) -> httpx.Response:
        if request.headers.get("x-acs-action") == "ListNotificationRecords":
            return httpx.Response(status, content=body, headers=headers)
        return fine(request)

    assert_a_command_gets_a_sentence(answer)


SEQUENCE = st.lists(
    st.fixed_dictionaries(
        {},
        optional={
            "Event": JSONS | st.just("Ringing"),
            "EventTime": JSONS | st.just(1772619731200),
            "Duration": JSONS,
        },
    ),
    max_size=3,
)
SEQUENCES = JSONS | st.lists(
    st.fixed_dictionaries(
        {},
        optional={
            "AgentId": JSONS,
            "AgentName": JSONS,
            "QueueId": JSONS,
            "QueueName": JSONS,
            "EventSequence": SEQUENCE,
        },
    ),
    max_size=3,
)
DETAILS = st.fixed_dictionaries(
    {"ContactId": st.just(JOB)},
    optional={
        **dict.fromkeys(("AgentEvents", "CustomerEvents", "QueueEvents", "IvrEvents"), SEQUENCES),
        **dict.fromkeys(("StartTime", "EstablishedTime", "ReleaseTime"), JSONS | st.integers(0, 10**14)),
        **dict.fromkeys(
            ("ContactType", "ContactDisposition", "CallingNumber", "AgentIds", "TalkTime"), JSONS
        ),
    },
)


@bounded
@given(
    record=JSONS | DETAILS,
    row=JSONS | DETAILS,
    statuses=st.tuples(
        st.sampled_from([200, 200, 403, 404, 500]), st.sampled_from([200, 200, 403, 404, 500])
    ),
)
def test_any_detail_record_ends_in_a_sentence(record: object, row: object, statuses: tuple[int, int]) -> None:
    bodies = ({"Code": "OK", "Data": record}, {"Code": "OK", "Data": {"List": [row], "TotalCount": row}})
    answers = dict(zip(DETAIL_OPERATIONS, zip(statuses, bodies, strict=True), strict=True))

    def answer(request: httpx.Request) -> httpx.Response:
        known = answers.get(request.headers.get("x-acs-action", ""))
        if known is None:
            return fine(request)
        return httpx.Response(known[0], content=json.dumps(known[1]).encode())

    command = form(
        {"command": "/callevents", "text": JOB, "user_id": "U0MEI", "team_id": "T1", "channel_id": "C1"}
    )
    got, text = answered(door(SLACK, answer).handler(signed(command, FORM), None))
    assert got == 200
    assert "Something went wrong" not in json.loads(text)["text"]


@bounded
@given(
    status=st.integers(200, 599),
    body=st.binary(max_size=80) | JSONS.map(lambda value: json.dumps(value).encode()),
)
def test_any_answer_of_slack_ends_in_a_sentence(status: int, body: bytes) -> None:
    def answer(request: httpx.Request) -> httpx.Response:
        if request.url.path.startswith("/api/"):
            return httpx.Response(status, content=body)
        return fine(request)

    assert_a_command_gets_a_sentence(answer)
