"""What the words of senders say about the state of an alert."""

import re
from typing import Literal, TypeAlias

# `firing` and `resolved` may follow one another; `event` is neither; `test` is not posted.
MemberState: TypeAlias = Literal["firing", "resolved", "event", "test"]

_RESOLVED = frozenset({
    "resolved", "resolve", "autoresolved", "ok", "okay", "recovered", "recover", "recovery",
    "closed", "close", "normal",
    "backtonormal", "clear", "cleared", "inactive", "up", "online", "fixed", "success", "successful", "succeeded",
    "passed", "pass", "passing", "green", "healthy", "good", "operational", "restored",
    "ended", "finished", "completed",
    "complete", "done", "solved", "deactivated", "available", "nolongerfiring",
    # As templates of SLS, ARMS and CloudMonitor print it in Chinese.
    "恢复", "已恢复", "恢复正常", "告警恢复", "正常", "已解决", "已关闭", "解除", "已解除",
    "告警解除", "成功", "已消除",
})  # fmt: skip
_FIRING = frozenset({
    "firing", "fired", "fire", "alerting", "alert", "alarm", "alarming", "inalarm", "triggered", "trigger",
    "retriggered", "active", "activated", "open", "opened", "reopened", "reopen", "new", "created", "create", "started",
    "problem", "error", "critical", "crit", "fatal", "emergency", "panic", "major", "minor", "high", "warning", "warn",
    "down", "offline", "failed", "failure", "failing", "fail", "unhealthy", "bad", "red", "yellow", "orange",
    "degraded", "outage", "breached", "unresolved", "unavailable", "unreachable", "abnormal", "notok",
    "触发", "已触发", "告警", "告警中", "报警", "异常", "故障", "失败", "未恢复", "严重", "警告",
})  # fmt: skip
_EVENT = frozenset(
    {
        "nodata",
        "insufficientdata",
        "acknowledged",
        "acknowledge",
        "ack",
        "acked",
        "数据不足",
        "无数据",
        "已认领",
        "已确认",
    }
)
# The letters of a word; nothing else of it counts.
_NOT_LETTERS = re.compile(r"[\W_]+")
# A change has the state that it leads to: `ALARM -> OK`, `OK to CRITICAL`.
_ARROW = re.compile(r"\s*(?:[-=]+>|[\u2192\u21d2\u27a1]\ufe0f?)\s*|\s+to\s+")
# What is over, not that it is: `Alert cleared`, `Problem resolved`.
_SUBJECTS = frozenset(
    {"alert", "alarm", "problem", "error", "failure", "outage", "issue", "incident", "warning"}
)
# Chinese has no blanks between words: `告警已恢复`. With one of the others it is not over: `恢复失败`.
_OVER_IN_CHINESE = re.compile(r"恢复|解除|已?解决|消除")
_NOT_OVER_IN_CHINESE = re.compile(r"[未不没待]|无法|失败|异常")
_MAX_CHINESE_CHARS = 12


def known_state(words: str) -> MemberState | None:
    """Return the state that *words* mean in any case, or else their first word; None if they are unknown.

    Of a change, `ALARM -> OK`, the state that it leads to counts; of `Alert cleared`, what happened to the alert.
    """
    words = words.strip().lower()[:200]
    *before, after = _ARROW.split(words)
    if before and (known := known_state(after)) is not None:
        return known
    first, _, rest = words.partition(" ")
    if first in _SUBJECTS and _of_letters(rest) == "resolved":
        return "resolved"
    return _of_letters(words) or _of_letters((words.split(None, 1) or [""])[0]) or _in_chinese(words)


def _of_letters(words: str) -> MemberState | None:
    letters = _NOT_LETTERS.sub("", words)
    if letters in _RESOLVED:
        return "resolved"
    if letters in _FIRING:
        return "firing"
    return "event" if letters in _EVENT else None


def _in_chinese(words: str) -> MemberState | None:
    if len(words) > _MAX_CHINESE_CHARS or not _OVER_IN_CHINESE.search(words):
        return None
    return None if _NOT_OVER_IN_CHINESE.search(words) else "resolved"


def state_of_word(words: str, unknown: MemberState = "firing") -> MemberState:
    """Return the state that *words* mean; *unknown* for other words, firing where there are none.

    Where only alerts come from, an unknown word is a firing alert, so that none is lost.
    """
    known = known_state(words)
    if known is not None:
        return known
    return unknown if any(character.isalpha() for character in words) else "firing"
