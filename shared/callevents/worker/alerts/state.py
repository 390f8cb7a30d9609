"""What an instance remembers of the alerts it posted: best effort, bounded in number and time."""

from typing import NamedTuple

from callevents.cache import TTLCache
from callevents.slack.blocks.block_kit import Message
from callevents.tasks.envelope import AlertEnvelope

CARD_SECONDS = 86_400.0
MOST_CARDS = 200
NOISE_SECONDS = 600.0
DONE_SECONDS = 86_400.0
CLOSED_SECONDS = 3_600.0


class Card(NamedTuple):
    """Where an alert was told: a thread's first message, and its content where that is the alert's own card.

    `unfinished` is the alert where its calls were under way then, or could not be looked up.
    """

    ts: str
    message: Message | None = None
    unfinished: AlertEnvelope | None = None


class End(NamedTuple):
    """The end of an alert, told before anything else of it: the message's ts, and the alert as it was resolved."""

    ts: str
    alert: AlertEnvelope


class Done(NamedTuple):
    """What of one envelope is delivered: its message's ts, and the calls whose details are still to come."""

    ts: str
    left: tuple[str, ...] = ()


class DeliveryState:
    """Cards and early ends by thread key, and envelopes (done; failed), for a day; threads of calls for ten minutes."""

    def __init__(self) -> None:
        self.cards: TTLCache[Card] = TTLCache(CARD_SECONDS, MOST_CARDS)
        self.ends: TTLCache[End] = TTLCache(CARD_SECONDS, MOST_CARDS)
        self.threads: TTLCache[str] = TTLCache(NOISE_SECONDS)
        self.done: TTLCache[Done] = TTLCache(DONE_SECONDS)
        self.troubled: TTLCache[bool] = TTLCache(DONE_SECONDS)
        self.closed_histories: TTLCache[bool] = TTLCache(CLOSED_SECONDS)


def call_key(channel: str, job: str) -> str:
    """Return the key of a call in a channel."""
    return f"{channel} {job}"
