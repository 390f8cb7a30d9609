"""One finding of the doctor, as a line."""

from typing import Literal, NamedTuple, TypeAlias

State: TypeAlias = Literal["ok", "note", "unknown", "failed"]
_WORDS: dict[State, str] = {"ok": "ok", "note": "note", "unknown": "??", "failed": "FAILED"}


class Check(NamedTuple):
    """What was looked at, what came of it, and what to do about it.

    `note` works but may not be meant so; `unknown` could not be told, for what it needs failed before it.
    """

    state: State
    subject: str
    finding: str
    advice: str = ""

    def line(self) -> str:
        """Return the finding as one line, the advice on a second one."""
        first = f"{_WORDS[self.state]:<7} {self.subject:<16} {self.finding}"
        return f"{first}\n{'':<24} → {self.advice}" if self.advice else first


def ok(subject: str, finding: str) -> Check:
    """Return what is as it should be."""
    return Check("ok", subject, finding)


def note(subject: str, finding: str, advice: str = "") -> Check:
    """Return what works and may yet not be meant so."""
    return Check("note", subject, finding, advice)


def unknown(subject: str, finding: str, advice: str = "") -> Check:
    """Return what could not be told."""
    return Check("unknown", subject, finding, advice)


def failed(subject: str, finding: str, advice: str) -> Check:
    """Return what is wrong, and what mends it."""
    return Check("failed", subject, finding, advice)
