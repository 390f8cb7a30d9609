"""One finding of the doctor, as a line."""

from typing import Literal, NamedTuple, TypeAlias

State: TypeAlias = Literal["ok", "note", "unknown", "failed"]
_WORDS: dict[State, str] = {"ok": "ok", "note": "note", "unknown": "??", "failed": "FAILED"}


class Finding(NamedTuple):
    """What was checked, the result, and what to do about it.

    `note`: it works but may not be intended; `unknown`: it could not be checked.
    """

    state: State
    subject: str
    text: str
    advice: str = ""

    def line(self) -> str:
        """Return the finding as one line, the advice on a second one."""
        first = f"{_WORDS[self.state]:<7} {self.subject:<16} {self.text}"
        return f"{first}\n{'':<24} → {self.advice}" if self.advice else first


def ok(subject: str, text: str) -> Finding:
    """Make a finding of what is right."""
    return Finding("ok", subject, text)


def note(subject: str, text: str, advice: str = "") -> Finding:
    """Make a finding of what works but may not be intended."""
    return Finding("note", subject, text, advice)


def unknown(subject: str, text: str, advice: str = "") -> Finding:
    """Make a finding of what could not be checked."""
    return Finding("unknown", subject, text, advice)


def failed(subject: str, text: str, advice: str) -> Finding:
    """Make a finding of what is wrong, and how to fix it."""
    return Finding("failed", subject, text, advice)
