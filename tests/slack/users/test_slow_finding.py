"""A Slack that needs long to say who somebody is, where people find calls and where its assistant asks."""

import json
from collections.abc import Callable
from typing import Any

import pytest

from callevents_sandbox.fixtures.samples import sample
from callevents_sandbox.server.faults import Fault

pytestmark = pytest.mark.usefixtures("passing_time")

NUMBER, DAY = "13800000201", "2026-03-04"
MANY = "find agent alice 2026-03-01 2026-03-10"
WORKER = {"worker": "callevents-worker"}
AGENTS = {"agents": {"U0MEI": "alice@ccc-test"}}
BY_NAME = {"search_users": frozenset({"U0MEI"})} | AGENTS
BY_GROUP = {"search_usergroups": frozenset({"S0LEADS"})} | AGENTS
# What is answered in time, within what is left of Slack's three seconds.
IN_TIME = 1.2
# So old on arrival is what is not answered in time: no test has to wait for the rest of the three seconds.
LATE = 1.5
Press = Callable[[float], object]  # so old is the request on arrival


def typed(text: str) -> Callable[[Any], Press]:
    return lambda env: lambda age: env.sender.command(text, age=age)


def page(env: Any) -> Press:
    message = env.answer(MANY)
    return lambda age: env.sender.press(message, "find_older", age=age)


def form(env: Any) -> Press:
    env.sender.command("")
    view = env.windows()[-1]
    chosen = {"find_kind": {"find_kind": {"type": "static_select", "selected_option": {"value": "agent"}}}}
    texts = {"find_what": "alice", "find_days": DAY, "jobs": None}
    fields = {name: {name: {"type": "plain_text_input", "value": text}} for name, text in texts.items()}
    return lambda age: env.sender.submit(view, chosen | fields, age=age)


# What the person does, and how what they get begins.
WAYS = {
    "number": (typed(f"find {NUMBER} {DAY}"), "2 calls with 138"),
    "agent": (typed(f"find agent alice {DAY}"), "16 calls of alice"),
    "missed": (typed(f"missed {DAY}"), "2 calls missed in all groups"),
    "mine": (typed(f"mine {DAY}"), "16 calls of your own (alice)"),
    "page": (page, "Calls 21 to 29 of 29"),
    "form": (form, "16 calls of alice"),
}
# What must be known of the person, and who may.
QUESTIONS = [("users.info", BY_NAME), ("usergroups.users.list", BY_GROUP)]


def shown_text(env: Any) -> str:
    windows = [json.dumps(each.view, ensure_ascii=False) for each in env.windows()]
    return " ".join([*(each.text for each in env.answers()), *windows])


def prepared(env: Any, way: str, given: dict[str, Any]) -> tuple[Press, str]:
    """Return what the person does next, with a function that has just started, and what they get."""
    env.workspace.groups["S0LEADS"] = frozenset({"U0MEI"})
    env.build(**given)
    press, beginning = WAYS[way][0](env), WAYS[way][1]
    env.build(**given, **WORKER)
    return press, beginning


@pytest.mark.parametrize("pause", [0.1, 0.5, 5.0])
@pytest.mark.parametrize(("method", "given"), QUESTIONS, ids=["profile", "group"])
@pytest.mark.parametrize("way", WAYS)
def test_who_may_finds_calls_at_once_or_by_the_worker(
    workspace_env: Any, way: str, method: str, given: dict[str, Any], pause: float
) -> None:
    press, beginning = prepared(workspace_env, way, given)
    workspace_env.workspace.faults.add(Fault("delay", match=method, seconds=pause, times=None))

    press(LATE if pause > IN_TIME else 0.0)

    is_needed = way != "mine" or method == "users.info"
    assert bool(workspace_env.slack_env.queue.payloads) == (pause > IN_TIME and is_needed)
    assert "could not check" not in shown_text(workspace_env)
    workspace_env.workspace.faults.clear()
    workspace_env.settle(**given)
    assert beginning in shown_text(workspace_env)


@pytest.mark.parametrize(("method", "given"), QUESTIONS, ids=["profile", "group"])
@pytest.mark.parametrize("way", ["number", "page", "form"])
def test_the_worker_lets_in_nobody_who_may_not(
    workspace_env: Any, way: str, method: str, given: dict[str, Any]
) -> None:
    press, beginning = prepared(workspace_env, way, given)
    workspace_env.workspace.faults.add(Fault("delay", match=method, seconds=5.0, times=None))

    press(LATE)
    workspace_env.workspace.faults.clear()
    workspace_env.workspace.groups["S0LEADS"] = frozenset()
    workspace_env.settle(**{**given, "search_users": frozenset()})

    assert "not allowed to find calls" in shown_text(workspace_env)
    assert beginning not in shown_text(workspace_env)


@pytest.mark.parametrize("way", ["number", "missed", "mine"])
def test_the_second_time_calls_are_found_at_once(workspace_env: Any, way: str) -> None:
    press, beginning = prepared(workspace_env, way, BY_NAME)
    workspace_env.workspace.faults.add(Fault("delay", match="users.info", seconds=1.8, times=None))
    press(LATE)
    assert beginning not in shown_text(workspace_env)
    workspace_env.slack_env.queue.payloads.clear()
    workspace_env.workspace.faults.clear()

    press(0.0)

    assert workspace_env.slack_env.queue.payloads == []
    assert beginning in shown_text(workspace_env)


@pytest.mark.parametrize("pause", [0.1, 0.5, 1.8])
@pytest.mark.parametrize("method", ["users.info", "usergroups.users.list", "auth.test"])
@pytest.mark.parametrize("tool", ["look_up_call", "find_calls"])
def test_the_assistant_gets_an_answer_at_once_or_the_second_time(
    workspace_env: Any, tool: str, method: str, pause: float
) -> None:
    workspace_env.workspace.groups["S0LEADS"] = frozenset({"U0MEI"})
    leads = frozenset({"S0LEADS"})
    workspace_env.build(usergroups=leads, search_usergroups=leads, **WORKER)
    job = sample("agent-outbound").job_id
    finding = {"kind": "agent", "what": "alice", "days": DAY}
    given = {"ids": [job]} if tool == "look_up_call" else finding
    # Slack stays slow: what it says at last must serve the next request.
    workspace_env.workspace.faults.add(Fault("delay", match=method, seconds=pause, times=None))

    def is_answered(age: float = 0.0) -> bool:
        answer = json.loads(workspace_env.assistant.call(tool, given, age=age).body)
        return answer["result"]["isError"] is False

    is_late = pause > IN_TIME
    assert is_answered(LATE if is_late else 0.0) != is_late
    assert workspace_env.slack_env.queue.payloads == []  # nobody could deliver a later answer
    assert is_answered()
