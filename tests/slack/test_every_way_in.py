"""Whoever may not have an answer gets none, on whichever way in: each guard, with each way."""

import json
import logging
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from callevents_sandbox.fixtures.samples import sample
from tests.support.audit import audit_lines

ME, DAYS = "U0MEI", "2026-03-01 2026-03-10"
JOB = sample("agent-outbound").job_id
MANY = f"find agent alice {DAYS}"
# Of the sample's call, and of any that is found: numbers, masked or whole, an outcome, who talked.
TOLD = (
    "Customer answered",
    "138******",
    "138∗∗∗∗∗∗",
    "13800000101",
    "with alice",
    "Alice Wang",
    "alice@ccc-test",
)
MAY: dict[str, Any] = {
    "search_users": frozenset({ME}),
    "full_numbers_users": frozenset({ME}),
    "agents": {ME: "alice@ccc-test"},
    "channels": frozenset({"C0SUPPORT"}),
    "deny_guests": True,
}
Prepare = Callable[[Any], Callable[[], Any]]


def command(text: str) -> Prepare:
    return lambda env: lambda: env.sender.command(text)


def press(first: str, what: str) -> Prepare:
    """Return what presses a button of the answer to a command that was given while that was allowed."""

    def prepare(env: Any) -> Callable[[], Any]:
        message = env.answer(first)
        return lambda: env.sender.press(message, what)

    return prepare


def form(**typed: str) -> Prepare:
    def prepare(env: Any) -> Callable[[], Any]:
        env.sender.command("")
        window = env.windows()[-1]
        values: dict[str, Any] = {
            name: {name: {"type": "plain_text_input", "value": value}} for name, value in typed.items()
        }
        if "find_kind" in typed:
            option = {"type": "static_select", "selected_option": {"value": typed["find_kind"]}}
            values["find_kind"] = {"find_kind": option}
        return lambda: env.sender.submit(window, values)

    return prepare


def mention(env: Any) -> Callable[[], Any]:
    return lambda: env.sender.mention(JOB)


def thread(env: Any) -> Callable[[], Any]:
    root = env.workspace.post("C0SUPPORT", "U0ZHANG", f"Dropped: {JOB}")
    return lambda: env.sender.mention("why?", thread_ts=root.ts)


def shortcut(env: Any) -> Callable[[], Any]:
    message = env.workspace.post("C0SUPPORT", "U0ZHANG", f"Dropped: {JOB}")
    return lambda: env.sender.shortcut(message)


def home(env: Any) -> Callable[[], Any]:
    """Open the Home tab, which Slack sends along as it was: with the last calls."""
    env.answer(JOB)
    env.sender.open_home()
    event = {"type": "app_home_opened", "user": ME, "channel": "D0MEI", "tab": "home", "event_ts": "1.2"}
    return lambda: env.sender.event({**event, "view": env.workspace.homes[ME]})


def assistant(tool: str, **arguments: Any) -> Prepare:
    return lambda env: lambda: env.assistant.call(tool, arguments)


LOOKUPS: dict[str, Prepare] = {
    "command": command(JOB),
    "form": form(jobs=JOB),
    "mention": mention,
    "mention in a thread": thread,
    "shortcut": shortcut,
    "refresh": press(JOB, "refresh"),
    "share": press(JOB, "share"),
    "events": press(JOB, "Events as JSON"),
    "reveal": press(JOB, "Reveal numbers"),
    "row": press(MANY, "open_call_1"),
    "home": home,
    "assistant": assistant("look_up_call", ids=[JOB]),
}
SEARCHES: dict[str, Prepare] = {
    "command": command(MANY),
    "missed": command(f"missed {DAYS}"),
    "mine": command(f"mine {DAYS}"),
    "number": command(f"find 13800000101 {DAYS}"),
    "page": press(MANY, "find_older"),
    "form": form(jobs="", find_kind="agent", find_what="alice", find_days=DAYS),
    "assistant": assistant("find_calls", kind="agent", what="alice", days=DAYS),
    "assistant, mine": assistant("find_calls", kind="mine", days=DAYS),
}
WAYS = {**LOOKUPS, **{f"find: {name}": way for name, way in SEARCHES.items()}}
Denied = tuple[dict[str, Any], dict[str, Any]]  # settings, and what Slack says of the person
EVERYTHING: dict[str, Denied] = {
    "a guest": ({}, {"restricted": True}),
    "who left": ({}, {"deleted": True}),
    "of another company": ({}, {"home": "T0STRANGE"}),
    "not among the people": ({"users": frozenset({"U0ELSE"})}, {}),
    "not in the group": ({"usergroups": frozenset({"S0LEADS"})}, {}),
    "of a workspace that is not named": ({"teams": frozenset({"T0OTHER"})}, {}),
}
SEARCHING: dict[str, Denied] = {
    "not among those who find": ({"search_users": frozenset({"U0ELSE"}), "agents": {}}, {}),
    "not in a group that finds": (
        {"search_users": frozenset(), "search_usergroups": frozenset({"S0LEADS"}), "agents": {}},
        {},
    ),
}


def seen(env: Any) -> set[str]:
    """Return all that the app has shown to anybody."""
    workspace = env.workspace
    messages = [[each.ts, each.text, each.blocks] for each in workspace.messages]
    views = [view.view for view in workspace.views.values()]
    files = [each.data.decode() for each in workspace.files.values()]
    return {
        json.dumps(each, ensure_ascii=False)
        for each in [*messages, *views, *workspace.homes.values(), *files]
    }


def outcome_of(env: Any, way: Prepare, denied: Denied, caplog: Any) -> tuple[str, list[str]]:
    """Return what anybody was shown, and the outcomes in the audit trail, of a way taken by who may not."""
    settings, about = denied
    me = env.workspace.people[ME]
    env.build(**MAY)
    go = way(env)
    env.build(**MAY | settings)
    env.workspace.people[ME] = replace(me, **about)
    env.slack_env.center.asked.clear()
    caplog.clear()
    before = seen(env)
    with caplog.at_level(logging.INFO):
        came = go()
    env.workspace.people[ME] = me
    bodies = [each.body.decode() for each in (came if isinstance(came, list) else [came])]
    # A Home tab stays as it was until it is published anew.
    new = [*(seen(env) - before), json.dumps(env.workspace.homes, ensure_ascii=False)]
    return "\n".join([*bodies, *new]), [str(line["outcome"]) for line in audit_lines(caplog)]


@pytest.mark.parametrize("way", WAYS)
def test_who_may_not_ask_gets_nothing(workspace_env: Any, caplog: Any, way: str) -> None:
    for who, denied in EVERYTHING.items():
        shown, outcomes = outcome_of(workspace_env, WAYS[way], denied, caplog)

        assert [word for word in TOLD if word in shown] == [], who
        assert all(each.startswith("refused") for each in outcomes), who
        assert bool(outcomes) == (way != "home"), who


@pytest.mark.parametrize("way", SEARCHES)
def test_who_may_not_find_calls_finds_none(workspace_env: Any, caplog: Any, way: str) -> None:
    for who, denied in SEARCHING.items():
        shown, outcomes = outcome_of(workspace_env, SEARCHES[way], denied, caplog)

        assert [word for word in TOLD if word in shown] == [], who
        assert outcomes, who
        assert all(each.startswith("refused") for each in outcomes), who
        assert workspace_env.slack_env.center.asked == [], who


@pytest.mark.parametrize("way", WAYS)
def test_who_may_is_told(workspace_env: Any, caplog: Any, way: str) -> None:
    """What the tests above look for is there where nothing is denied; full numbers are there when asked for only."""
    shown, outcomes = outcome_of(workspace_env, WAYS[way], ({}, {}), caplog)

    assert [word for word in TOLD if word in shown]
    assert ("13800000101" in shown) == (way == "reveal")
    assert all(each.startswith(("answered", "shared")) for each in outcomes)
    assert outcomes or way == "home"  # which shows verdicts that it showed before
