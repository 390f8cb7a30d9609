"""What an instance remembers of the alerts it posted: best effort, bounded in number and time."""

from typing import NamedTuple

from callevents.envelope import AlertEnvelope
from callevents.slack.message import Message
from callevents.slack.people import Shelf

CARD_SECONDS = 86_400.0
MOST_CARDS = 200
NOISE_SECONDS = 600.0
DONE_SECONDS = 3_600.0


class Card(NamedTuple):
    """Where an alert was told: a thread's first message, and its content where that is the alert's own card.

    `unfinished` is the alert where its calls were under way then, or could not be looked up.
    """

    ts: str
    message: Message | None = None
    unfinished: AlertEnvelope | None = None


class Done(NamedTuple):
    """What of one envelope is delivered: its message's ts, and the calls whose details are still to come."""

    ts: str
    left: tuple[str, ...] = ()


class Memory:
    """Cards by thread key, for a day; threads by channel and call, for ten minutes; envelopes, for an hour."""

    def __init__(self) -> None:
        self.cards: Shelf[Card] = Shelf(CARD_SECONDS, MOST_CARDS)
        self.threads: Shelf[str] = Shelf(NOISE_SECONDS)
        self.done: Shelf[Done] = Shelf(DONE_SECONDS)
        self.closed_histories: Shelf[bool] = Shelf(DONE_SECONDS)


def call_key(channel: str, job: str) -> str:
    """Return the key of a call in a channel."""
    return f"{channel} {job}"
