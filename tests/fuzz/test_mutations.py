"""Payloads as Slack sends them, with any one part of them replaced or taken away."""

import copy
import json
import logging
import re
from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from callevents.search.keys import seal
from callevents.slack.listeners import register
from callevents.slack.requests import action_value, search_value
from callevents.slack.requests.action_value import EVENTS_PAGES, FIND_NEWER, FIND_OLDER, encode
from tests.fuzz.doors import FORM, JOB, JSONS, SECRET, SLACK, answered, bounded, door, fine, form, signed

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


IN_WINDOW: dict[str, Any] = {"view": VIEW | {"callback_id": "events_view"}, "container": {"type": "view"}}
AT_HOME: dict[str, Any] = {"view": VIEW | {"type": "home"}, "container": {"type": "view"}}
# What the button of a page holds: calls with a number on the day of the samples, sealed for who presses it.
SOUGHT = "\n".join(["number", str(1772582400 * 10**9), str(1772668800 * 10**9), "ccc-test", "13800000201"])
PAGE = search_value.encode(search_value.SearchValue(seal(SECRET, SOUGHT, "T1 U0MEI"), 2))


def turned(action_id: str) -> dict[str, Any]:
    payload = pressed(action_id, "refresh")
    payload["actions"][0]["value"] = PAGE
    return payload


def submitted(**typed: dict[str, Any]) -> dict[str, Any]:
    return {
        **COMMON,
        "type": "view_submission",
        "view": VIEW
        | {
            "callback_id": "search_form",
            "state": {"values": {name: {name: element} for name, element in typed.items()}},
        },
        "response_urls": [{"response_url": "http://127.0.0.1:9/x", "channel_id": "C1"}],
    }


CLICKS: dict[str, Any] = {
    "refresh": pressed("refresh", "refresh"),
    "refresh of a shared copy": pressed("refresh", "refresh", message=MESSAGE, container={"type": "message"}),
    "share": pressed("share", "share"),
    "reveal": pressed("more", "reveal"),
    "events": pressed("more", "events"),
    "help": pressed("more", "help", ()),
    "open": pressed("open_call_2", "open_call"),
    "a call at home": pressed("open_call_1", "open_call", **AT_HOME),
    "the form at home": pressed("search", "search", (), **AT_HOME),
    "events by a button": pressed("events", "events"),
    "reveal by a button": pressed("reveal", "reveal"),
    **{f"{each} in a window": pressed(each, "events", **IN_WINDOW) for each in EVENTS_PAGES},
    **{each: turned(each) for each in (FIND_NEWER, FIND_OLDER)},
    "shortcut": {
        **COMMON, **ON_MESSAGE, "type": "message_action", "callback_id": "look_up_call", "message": MESSAGE,
    },
    "shortcut without a message": {**COMMON, "type": "shortcut", "callback_id": "look_up_call"},
    "form": submitted(jobs={"type": "plain_text_input", "value": JOB}),
    "form that finds": submitted(
        find_kind={"type": "static_select", "selected_option": {"value": "number"}},
        find_what={"type": "plain_text_input", "value": "13800000201"},
        find_days={"type": "plain_text_input", "value": "2026-03-04"},
    ),
    "form that is closed": {**COMMON, "type": "view_closed", "view": VIEW | {"callback_id": "search_form"}},
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


class Registered:
    """The listeners that the code registers, in the place of bolt."""

    def __init__(self) -> None:
        self.actions: list[re.Pattern[str]] = []
        self.others: set[str] = set()

    def block_action(self, pattern: re.Pattern[str]) -> Any:
        self.actions.append(pattern)
        return lambda _listener: None

    def named(self, name: str) -> Any:
        self.others.add(name)
        return lambda _listener: None

    view_submission = shortcut = event = named


def test_there_is_a_payload_for_every_listener() -> None:
    registered: Any = Registered()
    register(registered)
    constants = [
        value for name, value in vars(action_value).items() if name.isupper() and isinstance(value, str)
    ]
    elements = {
        each
        for name in constants
        for each in (name, f"{name}_1")
        if any(pattern.search(each) for pattern in registered.actions)
    }
    used = {
        re.sub(r"_\d+$", "_1", each["actions"][0]["action_id"])
        for each in CLICKS.values()
        if "actions" in each
    }
    named = {each.get("callback_id") or each.get("view", {}).get("callback_id") for each in CLICKS.values()}

    assert elements == used
    assert registered.others <= named | {each["event"]["type"] for each in EVENTS.values()}


@pytest.mark.parametrize("name", [*CLICKS, *EVENTS])
def test_the_payload_itself_is_one_that_is_understood(name: str, alarms: "Alarms") -> None:
    alarms.records.clear()
    status, body = answered(door(SLACK).handler(request_of(name, (CLICKS | EVENTS)[name]), None))

    assert status == 200
    assert "cannot be read" not in body
    assert alarms.records == []


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
