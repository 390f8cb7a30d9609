"""The result of one check, as a line."""

from typing import Literal, NamedTuple, TypeAlias

CheckState: TypeAlias = Literal["ok", "note", "unknown", "failed"]
_WORDS: dict[CheckState, str] = {"ok": "ok", "note": "note", "unknown": "??", "failed": "FAILED"}


class CheckResult(NamedTuple):
    """What was checked, the result, and what to do about it.

    `note`: it works but may not be intended; `unknown`: it could not be checked.
    """

    state: CheckState
    subject: str
    text: str
    advice: str = ""

    def line(self) -> str:
        """Return the result as one line, the advice on a second one."""
        first = f"{_WORDS[self.state]:<7} {self.subject:<16} {self.text}"
        return f"{first}\n{'':<24} → {self.advice}" if self.advice else first


def ok(subject: str, text: str) -> CheckResult:
    """Make a result of what is right."""
    return CheckResult("ok", subject, text)


def note(subject: str, text: str, advice: str = "") -> CheckResult:
    """Make a result of what works but may not be intended."""
    return CheckResult("note", subject, text, advice)


def unknown(subject: str, text: str, advice: str = "") -> CheckResult:
    """Make a result of what could not be checked."""
    return CheckResult("unknown", subject, text, advice)


def failed(subject: str, text: str, advice: str) -> CheckResult:
    """Make a result of what is wrong, and how to fix it."""
    return CheckResult("failed", subject, text, advice)
