"""What the words of the senders mean."""

from callevents.webhook.alert import OneState

_RESOLVED = frozenset(
    {"resolved", "resolve", "ok", "recovered", "recovery", "closed", "close", "normal", "cleared", "inactive"}
    # As templates of SLS, ARMS and CloudMonitor print it in Chinese.
    | {"恢复", "已恢复", "恢复正常", "告警恢复", "正常", "已解决", "已关闭"}
)
_NEITHER = frozenset({"nodata", "insufficientdata", "acknowledged", "数据不足", "无数据", "已认领"})


def state_of_word(word: str) -> OneState:
    """Return resolved, or event, for the words that say so, in any case; firing for all others.

    Better once too often.
    """
    word = word.strip().lower()
    if word in _RESOLVED:
        return "resolved"
    return "event" if word.replace("_", "").replace(" ", "") in _NEITHER else "firing"
