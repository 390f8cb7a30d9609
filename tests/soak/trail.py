"""Everything that happened to one request: what the servers saw, the faults they met, what the functions logged."""

import json
import re
import time
from collections.abc import Collection, Iterable, Mapping
from datetime import datetime
from typing import NamedTuple

from callevents_sandbox.function_compute.outcome import Outcome
from callevents_sandbox.server.journal import Entry
from callevents_sandbox.stack import Stack
from tests.soak.account import SentRequest
from tests.soak.faults import Given

MAX_CHARS = 300  # of one line
_LEFT_OUT = {"request", "response", "jobs", "ts", "ephemeral_to", "bytes", "milliseconds"}
# What shows something to one person alone, as the journal and the functions' logs name it. Slack shows the app what
# everybody reads, so that can be looked for; of this nobody can know whether it is there.
_PRIVATE_POSTS = "response_url|chat\\.postEphemeral|views\\.(?:open|push|update)"
_FOR_ALL = '"response_type": "in_channel"'


class LogLine(NamedTuple):
    """What a function logged."""

    at: float
    fields: Mapping[str, object]


class Trail(NamedTuple):
    """What there is about one request, and why it may have been answered twice.

    `is_counted` says whether the platform tells the worker how often it has run a task before.
    """

    asked: SentRequest
    entries: list[Entry]
    faults: list[Given]
    outcomes: list[Outcome]
    logged: list[LogLine]
    is_counted: bool = True

    def lines(self) -> list[str]:
        """Return all of it in order of time."""
        found = [(each.at, f"{each.server} {each.what} {_short(each.facts)}") for each in self.entries]
        found += [
            (each.at, f"FAULT {each.fault.kind} {each.fault.seconds:.1f} s: {each.subjects[0][:80]}")
            for each in self.faults
        ]
        found += [(each.at, json.dumps(dict(each.fields))) for each in self.logged]
        ended = [
            f"{each.function} {each.request_id} on {each.instance_id}: {each.error}" for each in self.outcomes
        ]
        return [*ended, *(f"{_clock(at)} {line:.{MAX_CHARS}}" for at, line in sorted(found))]

    def excuse(self) -> str:
        """Return why nobody could know that the answer was there, "" where it could be known."""
        own = [each for each in self.entries if _speaks_of(each.facts, self.asked.names)]
        shown = sum(map(_showed_in_private, own))
        confirmed = self._logged("slack_tries", rf"(?:{_PRIVATE_POSTS}) ok\b")
        if shown > confirmed:
            return f"Slack showed {shown} and confirmed {confirmed}"
        queued = sum(each.what == "queued" for each in own)
        if queued > self._logged("hand_over_tries", r"\b(?:ok|duplicate)\b"):
            return "the platform queued the task and did not confirm it"
        kinds = {each.fault.kind for each in self.faults}
        if untold := self._untold_run(kinds):
            return untold
        resent = sum(each.what == "sent event" for each in self.entries) > 1
        if resent and kinds & {"late", "kill"}:
            return "the platform kept the response from Slack, which sent the event again"
        left = [each.fields["budget_left_ms"] for each in self.logged if "budget_left_ms" in each.fields]
        if resent and all(isinstance(each, float) and each >= 0 for each in left):
            return "the app kept within its time, and Slack got the response too late: the machine is busy"
        return ""

    def _untold_run(self, kinds: Collection[str]) -> str:
        """Return how the task ran on two instances, of which the second was not told so; "" if it did not."""
        if "repeat" in kinds and len({each.instance_id for each in self.outcomes if each.good}) > 1:
            return "the platform ran the task twice, on two instances"
        worked = {each.instance_id for each in self.outcomes if each.function == "callevents-worker"}
        if "kill" in kinds and len(worked) > 1 and not self.is_counted:
            return "the platform killed an instance, and did not say to the next that the task had run before"
        return ""

    def _logged(self, field: str, pattern: str) -> int:
        """Return how often *pattern* stands in *field* of what was logged."""
        return sum(len(re.findall(pattern, str(each.fields.get(field, "")))) for each in self.logged)


def trail(stack: Stack, given: Iterable[Given], asked: SentRequest) -> Trail:
    """Return what the journal, the faults *given* and the logs have about *asked*."""
    names = {*asked.names, asked.job_id}
    outcomes = [each for each in stack.platform.outcomes if _speaks_of(each.sent, asked.names)]
    requests = {each.request_id for each in outcomes}
    return Trail(
        asked,
        [each for each in stack.journal.entries() if _speaks_of(each.facts, names)],
        [each for each in given if _speaks_of(each.subjects, names)],
        outcomes,
        [
            line
            for outcome in stack.platform.outcomes
            for line in log_lines(outcome)
            if line.fields.get("request_id") in requests
        ],
        is_counted=not stack.platform.function("callevents-worker").custom,
    )


def _speaks_of(what: object, names: Iterable[str]) -> bool:
    text = str(what)
    return any(name in text for name in names)


def _showed_in_private(entry: Entry) -> bool:
    is_private = bool(re.fullmatch(_PRIVATE_POSTS, entry.what)) and _FOR_ALL not in str(entry.facts)
    return is_private and _went_well(entry)


def _went_well(entry: Entry) -> bool:
    return entry.facts.get("ok") is True or entry.facts.get("status") == 200


def _short(facts: Mapping[str, object]) -> str:
    return str({name: value for name, value in facts.items() if name not in _LEFT_OUT and value is not None})


def log_lines(outcome: Outcome) -> list[LogLine]:
    """Return what the function logged meanwhile."""
    lines = []
    for line in outcome.logs.splitlines():
        try:
            fields = json.loads(line)
            at = datetime.fromisoformat(fields.pop("time").replace("Z", "+00:00")).timestamp()
        except (ValueError, LookupError, AttributeError, TypeError):
            continue  # what others print, or a line that the end of the process cut
        lines.append(LogLine(at, fields))
    return lines


def _clock(at: float) -> str:
    return time.strftime("%M:%S", time.localtime(at)) + f"{at % 1:.3f}"[1:]
