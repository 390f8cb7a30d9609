"""The calls that the tests of the report read: CCC's documented sequences, and cases from the field."""

import json
from functools import cache
from pathlib import Path
from typing import Any

from callevents.calls.model import CallSummary, NotificationRecord
from callevents.calls.summary import summarise
from callevents.i18n import Language
from callevents.report.text import NO_BREAK

DATA = Path(__file__).parents[1] / "data"
INSTANCE = "ccc-test"
# What each case reads like, reviewed line by line: title, sentence, journey, bar, facts, timeline.
GLANCES: dict[str, dict[Language, dict[str, Any]]] = json.loads(
    (DATA / "glances.json").read_text(encoding="utf-8")
)
LANGUAGES: tuple[Language, ...] = ("en", "zh-CN")


@cache
def cases() -> dict[str, CallSummary]:
    """Return each call by its name."""
    return {
        case["name"]: _summary(case["records"])
        for name in ("sequences.jsonl", "field-cases.jsonl")
        for case in map(json.loads, (DATA / name).read_text(encoding="utf-8").splitlines())
    }


def _summary(records: list[dict[str, str]]) -> CallSummary:
    members = ("InstanceId", "NotificationKey", "NotificationType", "Content")
    job = records[0]["NotificationKey"]
    return summarise(job, INSTANCE, [NotificationRecord(*(row[name] for name in members)) for row in records])


def with_blanks(text: str) -> str:
    """Return *text* as one types it: with the usual blanks for those at which no line ends."""
    return text.replace(NO_BREAK, " ")
