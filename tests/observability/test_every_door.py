"""Whatever door is used, and whatever fails behind it, the log has nothing of what was asked or answered."""

import json
import random
import re
from collections.abc import Iterator
from dataclasses import replace

import pytest

from callevents_sandbox.fixtures.samples import Record, Sample, sample, under
from callevents_sandbox.server.faults import Fault
from callevents_sandbox.slack import View
from callevents_sandbox.stack import Stack, open_stack
from tests.soak.doors import DAYS, OFTEN, OFTEN_CALLS, PEOPLE, Doors, Question

NUMBER = "13907654321"
AGENT, GROUP = "canaryagent", "canarygroup"
WORDS = ("What happened here", "Dropped again", "why?", "Call dropped", "Agent did not answer")
SETTINGS = {
    "CALLEVENTS_LOG_LEVEL": "DEBUG",
    "CALLEVENTS_SEARCH_USERS": ",".join(PEOPLE),
    "CALLEVENTS_FULL_NUMBERS_USERS": ",".join(PEOPLE),
    "CALLEVENTS_AGENTS": f"U0MEI={AGENT}@ccc-test",
}
# What the platform prints of a task that failed: functions/observability/README.md says so.
PLATFORMS_OWN = " event: b'"
SEALED = re.compile(r"1\.\d+\.[01]\.\d*\.([\w-]{20,})")
# Of the contact center, of Slack, and of the hand-over: nothing, and one fault of each kind that leads another way.
TROUBLE = (
    (),
    ("center", Fault("no_records", times=None)),
    ("center", Fault("no_permission", times=None)),
    ("center", Fault("not_json", times=None)),
    ("workspace", Fault("error", code="fatal_error", times=None)),
    ("platform", Fault("refuse", times=None, match="callevents-worker")),
)


def renumbered(given: Sample, job_id: str, number: str) -> list[Record]:
    """Return the records of *given* under *job_id*, with the canaries in them."""
    return [
        replace(
            each,
            content=re.sub(r"1380000\d{4}", number, each.content)
            .replace("alice", AGENT)
            .replace("skg-support", f"skg-{GROUP}"),
        )
        for each in under(given, job_id)
    ]


def ask_by_every_door(stack: Stack, chance: random.Random) -> Iterator[str]:
    """Ask by each door about a call of its own; yield what is sealed in the buttons that are there then."""
    doors = Doors(stack)
    for kind, (_, ask) in doors.all().items():
        for _ in range(2 if kind in {"buttons", "forms", "assistant", "alerts"} else 1):
            job_id = f"job-{chance.getrandbits(32):08x}-1111-4222-8333-b1ecf726d4be"
            stack.center.add(renumbered(sample("inbound-ivr"), job_id, NUMBER))
            ask(Question(job_id, NUMBER, "U0MEI", "C0SUPPORT", 0.0, chance))
    for text in (
        f"find agent {AGENT} {DAYS}",
        f"missed {GROUP} {DAYS}",
        f"find {NUMBER} {DAYS}",
        f"why {NUMBER}",
    ):
        stack.command(text)
    stack.assistant.call("find_calls", {"kind": "agent", "what": AGENT, "days": DAYS})
    for party in (stack.center, stack.workspace, stack.platform):
        party.faults.clear()  # the worker would wait for a minute
    stack.settle(60)
    places: list[object] = [*stack.workspace.messages, *map(seen, stack.workspace.views.values())]
    yield from SEALED.findall(json.dumps(places, default=str))


def seen(view: View) -> object:
    """Return what *view* shows."""
    return view.view


@pytest.fixture(scope="module", name="run_output")
def _run_output() -> tuple[str, set[str]]:
    """Return all that the functions printed, and what must not be in it."""
    chance, forbidden = random.Random(7), {NUMBER, OFTEN, AGENT, GROUP, *WORDS}
    with open_stack(environ=SETTINGS, ack_timeout=20.0) as stack:
        for number in range(OFTEN_CALLS):
            job_id = f"job-{number:08x}-2222-4222-8333-b1ecf726d4be"
            stack.center.add(renumbered(sample("inbound-ivr"), job_id, OFTEN))
        for trouble in TROUBLE:
            if trouble:
                getattr(stack, trouble[0]).faults.add(trouble[1])
            forbidden |= {*ask_by_every_door(stack, chance)}
        forbidden |= {*stack.secrets, *stack.workspace.response_urls, *stack.workspace.triggers}
        printed = "\n".join(outcome.logs for outcome in stack.platform.outcomes)
    return printed, {each for each in forbidden if each}


def test_nothing_of_it_is_in_the_log(run_output: tuple[str, set[str]]) -> None:
    printed, forbidden = run_output

    lines = [line for line in printed.splitlines() if not line.startswith(PLATFORMS_OWN)]
    assert [line for line in lines if any(each in line for each in forbidden)] == []


def test_every_door_and_every_outcome_was_there(run_output: tuple[str, set[str]]) -> None:
    printed, forbidden = run_output
    lines = [json.loads(line) for line in printed.splitlines() if line.startswith('{"time"')]
    requests = [line for line in lines if line["code"] == "request"]

    entries = {line.get("entry") for line in requests}
    assert entries >= {"command", "find", "mcp", "mention", "shortcut", "form", "refresh", "generic"}
    assert {line["outcome"] for line in requests} >= {"answered", "failed", "handed_over", "posted"}
    assert {line.get("detail_record") for line in requests} >= {"found"}
    assert any(len(each) > 100 for each in forbidden)  # what is sealed in a button


def test_of_what_was_sought_there_is_a_digest(run_output: tuple[str, set[str]]) -> None:
    lines = [json.loads(line) for line in run_output[0].splitlines() if line.startswith('{"time"')]

    sought = {line["sought"] for line in lines if line["code"] == "audit" and "sought" in line}
    assert {each.partition(":")[0].split(" ")[0] for each in sought} >= {"number", "agent", "missed"}
