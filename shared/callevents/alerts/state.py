"""What the words of the senders mean."""

from callevents.alerts.alert import OneState

_RESOLVED = frozenset(
    {"resolved", "resolve", "ok", "recovered", "recovery", "closed", "close", "normal", "cleared", "inactive"}
)


def settled(word: str) -> OneState:
    """Return resolved for the words that say so, in any case; firing for all others: better once too often."""
    return "resolved" if word.strip().lower() in _RESOLVED else "firing"
