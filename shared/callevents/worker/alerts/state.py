"""What an instance remembers of the alerts it posted: best effort, bounded in number and time."""

from collections.abc import Iterable
from typing import NamedTuple

from callevents.cache import TTLCache
from callevents.slack.blocks.block_kit import Message
from callevents.tasks.envelope import AlertEnvelope

DAY_SECONDS = 86_400.0
CALL_THREAD_SECONDS = 600.0
UNREADABLE_SECONDS = 3_600.0
# A card is kept with its content.
MAX_CARDS = 200
MAX_GROUPS = 5


class PostedCard(NamedTuple):
    """The first message of an alert's thread, and its content if that is the alert's own card.

    `unfinished` is the alert if its calls were under way at the time, or could not be looked up. `jobs` are the calls
    for which further alerts go into its thread; `is_over` means that it shows the alert's end. `members` are the thread
    keys of a group's members that have not ended, by which `thread_key` is found too.
    """

    ts: str
    message: Message | None = None
    unfinished: AlertEnvelope | None = None
    jobs: tuple[str, ...] = ()
    is_over: bool = False
    members: frozenset[str] = frozenset()


class PostedResolution(NamedTuple):
    """The end of an alert without a card: its message's ts ("" if there is none), and the alert as it was resolved."""

    ts: str
    alert: AlertEnvelope


class Delivered(NamedTuple):
    """The delivered part of an envelope: its message's ts, and the calls whose details are still to be posted."""

    ts: str
    remaining: tuple[str, ...] = ()


class DeliveryState:
    """What the runs of one instance share; cards and resolutions by thread key, the rest as it says."""

    def __init__(self) -> None:
        self.cards: TTLCache[PostedCard] = TTLCache(DAY_SECONDS, MAX_CARDS)
        # By the thread key of a member: the keys of the latest cards that were posted for it among others.
        self.group_keys: TTLCache[tuple[str, ...]] = TTLCache(DAY_SECONDS)
        self.resolutions: TTLCache[PostedResolution] = TTLCache(DAY_SECONDS, MAX_CARDS)
        # By the work that an envelope is.
        self.delivered: TTLCache[Delivered] = TTLCache(DAY_SECONDS)
        self.failed: TTLCache[bool] = TTLCache(DAY_SECONDS)
        # By `call_key`: the thread in which a call was posted.
        self.call_threads: TTLCache[str] = TTLCache(CALL_THREAD_SECONDS)
        # By channel: its history may not be read.
        self.unreadable_histories: TTLCache[bool] = TTLCache(UNREADABLE_SECONDS)

    def remember_card(self, key: str, card: PostedCard, now: float) -> None:
        """Remember *card* under its thread key, and under those of its members."""
        self.cards.put(key, card, now)
        for member in card.members - {key}:
            known = self.group_keys.get(member, now) or ()
            self.group_keys.put(member, (key, *(each for each in known if each != key))[:MAX_GROUPS], now)

    def find_cards(self, keys: Iterable[str], now: float) -> dict[str, PostedCard]:
        """Return the known cards of *keys*, by their own thread keys: a key is theirs or of a member."""
        found: dict[str, PostedCard] = {}
        for key in keys:
            for each in (key, *(self.group_keys.get(key, now) or ())):
                card = self.cards.get(each, now)
                if card is not None and (each == key or key in card.members):
                    found[each] = card
        return found


def call_key(channel: str, job: str) -> str:
    """Return the key of a call in a channel."""
    return f"{channel} {job}"
