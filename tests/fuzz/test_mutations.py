"""Payloads as Slack sends them, with any one part of them replaced or taken away."""

import copy
import json
import logging
from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from callevents.slack.requests.action_value import encode
from tests.fuzz.doors import FORM, JOB, JSONS, SLACK, answered, bounded, door, fine, form, signed

GONE = object()
COMMON: dict[str, Any] = {
    "user": {"id": "U0MEI", "username": "mei", "name": "mei", "team_id": "T1"},
    "api_app_id": "A1",
    "token": "t",
    "team": {"id": "T1", "domain": "acme"},
    "enterprise": None,
    "is_enterprise_install": False,
    "trigger_id": "1.2.a",
}
MESSAGE: dict[str, Any] = {
    "type": "message",
    "user": "U9",
    "ts": "1795334591.000200",
    "thread_ts": "1795334591.000200",
    "text": f"see {JOB}",
    "bot_id": "B1",
    "attachments": [
        {"id": 1, "fields": [{"title": "job", "value": JOB}]},
        {"is_share": True, "message_blocks": [{"message": {"blocks": [
            {"type": "table", "rows": [[{"type": "raw_text", "text": JOB}]]}
        ]}}]},
    ],
    "files": [{"name": f"{JOB}.wav"}],
    "blocks": [
        {"type": "rich_text", "block_id": "shared_U9", "elements": [{"type": "rich_text_section", "elements": [
            {"type": "text", "text": JOB[:12]},
            {"type": "link", "url": f"https://x/{JOB}", "text": JOB[12:], "style": {"bold": True}},
        ]}]},
        {"type": "section", "text": {"type": "mrkdwn", "text": f"<https://x/{JOB}|{JOB[:12]}…>"}},
        {"type": "container", "child_blocks": [{"type": "actions", "elements": [{"type": "button", "value": JOB}]}]},
    ],
}  # fmt: skip
ON_MESSAGE: dict[str, Any] = {
    "channel": {"id": "C1", "name": "support"},
    "response_url": "http://127.0.0.1:9/x",
}
CONTAINER: dict[str, Any] = {
    "type": "message",
    "message_ts": "1795334591.000200",
    "channel_id": "C1",
    "is_ephemeral": True,
}
VIEW: dict[str, Any] = {
    "id": "V1",
    "type": "modal",
    "hash": "1.a",
    "private_metadata": "",
    "app_installed_team_id": "T1",
}


def pressed(action_id: str, wish: str, jobs: Any = (JOB,), **more: Any) -> dict[str, Any]:
    value = encode(wish, jobs, "ccc-test" if jobs else "")
    chosen = {"selected_option": {"value": value}} if action_id == "more" else {"value": value}
    action = {"action_id": action_id, "block_id": "b", "type": "button", "action_ts": "1.2", **chosen}
    place = ON_MESSAGE | {"container": CONTAINER}
    return {**COMMON, "type": "block_actions", **place, "actions": [action], **more}


CLICKS: dict[str, Any] = {
    "refresh": pressed("refresh", "refresh"),
    "refresh of a shared copy": pressed("refresh", "refresh", message=MESSAGE, container={"type": "message"}),
    "share": pressed("share", "share"),
    "reveal": pressed("more", "reveal"),
    "events": pressed("more", "events"),
    "help": pressed("more", "help", ()),
    "open": pressed("open_call_2", "open_call"),
    "a page in a window": pressed(
        "events_next", "events", view=VIEW | {"callback_id": "events_view"}, container={"type": "view"}
    ),
    "shortcut": {
        **COMMON, **ON_MESSAGE, "type": "message_action", "callback_id": "look_up_call", "message": MESSAGE,
    },
    "form": {
        **COMMON,
        "type": "view_submission",
        "view": VIEW | {
            "callback_id": "search_form",
            "state": {"values": {"jobs": {"jobs": {"type": "plain_text_input", "value": JOB}}}},
        },
        "response_urls": [{"response_url": "http://127.0.0.1:9/x", "channel_id": "C1"}],
    },
}  # fmt: skip


def event(**inner: Any) -> dict[str, Any]:
    return {
        "token": "t",
        "team_id": "T1",
        "api_app_id": "A1",
        "type": "event_callback",
        "event_id": "Ev1",
        "authorizations": [{"enterprise_id": None, "team_id": "T1", "user_id": "U0BOT", "is_bot": True}],
        "event": {"channel": "C1", "team": "T1", "event_ts": "1.2", **inner, "user": "U0MEI"},
    }


EVENTS = {
    "mention": event(type="app_mention", text=f"<@U0BOT> {JOB}", ts="1.2", thread_ts="1.1"),
    "mention without an id": event(type="app_mention", text="<@U0BOT> why?", ts="1.2", thread_ts="1.1"),
    "edited mention of much": event(
        **MESSAGE | {"type": "app_mention"}, edited={"user": "U0MEI", "ts": "1.3"}
    ),
    "home": event(type="app_home_opened", tab="home", view=VIEW),
}


def places(part: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    if path:
        yield path
    inner = part.items() if isinstance(part, dict) else enumerate(part) if isinstance(part, list) else ()
    for key, value in inner:
        yield from places(value, (*path, key))


def changed(payload: Any, path: tuple[Any, ...], value: object) -> Any:
    payload = part = copy.deepcopy(payload)
    for key in path[:-1]:
        part = part[key]
    if value is GONE:
        del part[path[-1]]
    else:
        part[path[-1]] = value
    return payload


def request_of(name: str, payload: Any) -> bytes:
    text = json.dumps(payload)
    return (
        signed(text.encode(), "application/json") if name in EVENTS else signed(form({"payload": text}), FORM)
    )


VALUES = st.just(GONE) | JSONS | st.sampled_from(["x" * 5000, [[]], {"id": ["x"]}, {"id": {}}, 10**30])


class Alarms(logging.Handler):
    """What somebody on duty would be woken by."""

    def __init__(self) -> None:
        super().__init__(logging.ERROR)
        self.records: list[logging.LogRecord] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.records.append(record)


@pytest.fixture(scope="module", name="alarms")
def _alarms() -> Iterator[Alarms]:
    alarms, logger = Alarms(), logging.getLogger("callevents")
    logger.addHandler(alarms)
    yield alarms
    logger.removeHandler(alarms)


@bounded
@given(data=st.data())
def test_a_payload_with_one_strange_part_gets_200(data: st.DataObject, alarms: Alarms) -> None:
    request = strange(data)
    alarms.records.clear()  # of the example before
    assert answered(door(SLACK).handler(request, None))[0] == 200
    assert alarms.records == []


@bounded
@given(data=st.data())
def test_whatever_is_strange_in_it_a_guest_learns_nothing(data: st.DataObject) -> None:
    bodies: list[str] = []

    def answer(request: httpx.Request) -> httpx.Response:
        if request.url.path.endswith("/users.info"):
            return httpx.Response(200, json={"ok": True, "user": {"id": "U0MEI", "is_restricted": True}})
        if request.headers.get("x-acs-action") is None:
            bodies.append(request.content.decode())
        return fine(request)

    _, body = answered(door(SLACK, answer).handler(strange(data), None))
    assert "No records found" not in "".join([body, *bodies])


def strange(data: st.DataObject) -> bytes:
    name = data.draw(st.sampled_from([*CLICKS, *EVENTS]))
    payload = (CLICKS | EVENTS)[name]
    path = data.draw(st.sampled_from(list(places(payload))))
    return request_of(name, changed(payload, path, data.draw(VALUES)))
