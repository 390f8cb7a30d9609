"""Faults by chance: each request of a server may meet one, as a seeded generator has it."""

import random
import threading
import time
from collections import Counter
from collections.abc import Callable, Collection, Sequence
from typing import NamedTuple

from callevents_sandbox import ccc, kms, slack
from callevents_sandbox.ccc.details.modes import FINDING, SPELLING
from callevents_sandbox.server.faults import Fault, Faults

Make = Callable[[random.Random], Fault]


class Given(NamedTuple):
    """A fault that a request met, and what the request was about; `at` is in Unix seconds."""

    at: float
    fault: Fault
    subjects: tuple[str, ...]


class Chance(Faults):
    """Gives every request a fault with the chance that *share* names for it (0: never); remembers what it gave."""

    def __init__(
        self, kinds: Sequence[Make], share: Callable[[str], float], seed: str, known: dict[str, str]
    ) -> None:
        super().__init__(known)
        self._makes = kinds
        self._share = share
        self._random = random.Random(seed)
        self._guard = threading.Lock()
        self.given: Counter[str] = Counter()
        self.log: list[Given] = []

    def take(self, *subjects: str, never: Collection[str] = ()) -> Fault | None:
        """Return the fault that this request meets, None for most."""
        with self._guard:
            if self._random.random() >= self._share(subjects[0] if subjects else ""):
                return None
            fault = self._random.choice(self._makes)(self._random)
            if fault.kind in never:
                return None
            self.given[fault.kind] += 1
            self.log.append(Given(time.time(), fault, subjects))
            return fault

    def end(self) -> None:
        """Let everything go well from now on."""
        with self._guard:
            self._share = lambda _: 0.0


class CenterChance(Chance):
    """The same for the contact center, which differs from what is written down in some answers besides.

    Of every fourth call it has no notification records at all, for as long as the run goes on.
    """

    def __init__(self, share: float, modes: float, seed: str) -> None:
        center = ccc.ContactCenter()
        super().__init__(CONTACT_CENTER, lambda _: share, seed, dict(center.faults.kinds))
        self._modes = modes
        self._odd = random.Random(f"{seed} modes")

    def take_modes(self, *subjects: str, kinds: Collection[str]) -> list[Fault]:
        """Return what is different about this request."""
        with self._guard:
            found = (
                [Fault("no_records")] if "no_records" in kinds and all(map(_has_no_records, subjects)) else []
            )
            odd = sorted(set(kinds) & ODD.keys())
            if odd and self._odd.random() < self._modes:
                kind = self._odd.choice(odd)
                found.append(Fault(kind, seconds=ODD[kind]))
            self.log += [Given(time.time(), each, subjects) for each in found]
            self.given.update(each.kind for each in found)
            return found

    def end(self) -> None:
        """Let everything go well from now on; records that are not there do not appear."""
        super().end()
        self._modes = 0.0


def _has_no_records(subject: str) -> bool:
    return subject.endswith(tuple("0369"))


# What detail records may be like; the number is how many seconds late they come.
ODD = {
    **dict.fromkeys(
        (
            *(*SPELLING, *FINDING, "unknown_empty", "unknown_not_found", "record_missing", "record_running"),
            "blank_contact_id",
        ),
        0.0,
    ),
    "record_late": 2.0,
}


def _plain(kind: str) -> Make:
    return lambda _: Fault(kind)


def _late(kind: str, least: float, most: float) -> Make:
    return lambda chance: Fault(kind, seconds=chance.uniform(least, most))


CONTACT_CENTER: tuple[Make, ...] = (
    *map(
        _plain,
        ("reset", "bad_gateway", "not_json", "not_object", "empty", "truncated", "cut_off", "throttled"),
    ),
    *map(
        _plain,
        ("unavailable", "internal_error", "token_expired", "content_not_json", "no_event_time", "gzip"),
    ),
    *map(_plain, ("no_permission", "permission_common")),
    *map(_plain, ("shuffled", "duplicates", "null_params", "null_data", "wrong_types", "unknown_type")),
    *map(_plain, ("by_time", "reversed", "pretty", "compact", "other_key", "absent_params", "absent_data")),
    *map(_plain, ("message_none", "not_ok", "text_stream", "content_deep")),
    lambda _: Fault("very_long", count=100_000),
    _plain("hang"),
    _late("delay", 0.2, 1.5),
    _late("delay", 2.0, 6.0),
    lambda chance: Fault("throttled", retry_after=chance.choice([0.1, 0.5, 2.0])),
    lambda chance: Fault("drip", seconds=chance.uniform(0.5, 5.0), count=10),
    lambda chance: Fault("endless"),
)
SLACK: tuple[Make, ...] = (
    *map(_plain, ("server_error", "bad_gateway", "not_json", "reset", "cut")),
    *map(_plain, ("server_error", "bad_gateway", "not_json", "reset", "error")),
    lambda chance: Fault("ratelimited", retry_after=chance.choice([1.0, 2.0])),
    _late("delay", 0.1, 1.0),
    _plain("hang"),
)
KMS: tuple[Make, ...] = (
    *map(_plain, ("throttled", "unavailable", "bad_gateway", "not_json", "reset", "cut_off", "hang")),
    *map(_plain, ("not_object", "empty", "truncated", "gzip", "token_expired", "internal_error", "no_data")),
    *map(_plain, ("wrong_types", "other_type", "endless")),
    lambda chance: Fault("drip", seconds=chance.uniform(0.5, 5.0), count=10),
    _late("delay", 0.2, 2.0),
)
# Of the calls to the worker; what is accepted and never run (`lose`), or refused as known and is not (`conflict`), is
# the platform's own lie and no caller can know.
WORKER: tuple[Make, ...] = (
    *map(_plain, ("refuse", "throttle", "internal", "unavailable", "bad_gateway", "reset", "repeat", "hang")),
    _late("late", 0.1, 2.0),
    _late("delay", 0.1, 2.0),
    _late("kill", 0.0, 1.0),
)
# Of the requests of Slack and of alert senders.
TRIGGER: tuple[Make, ...] = (
    *map(_plain, ("throttle", "bad_gateway", "reset")),
    _late("late", 0.1, 2.0),
    _late("kill", 0.0, 0.5),
)


class PlatformChance(Chance):
    """The same for Function Compute, where the worker's calls and the others' meet different faults."""

    def __init__(self, worker: float, trigger: float, seed: str, known: dict[str, str]) -> None:
        super().__init__(WORKER, lambda subject: worker if _is_worker(subject) else 0.0, seed, known)
        self._triggered = Chance(TRIGGER, lambda _: trigger, seed + " triggered", known)

    def take(self, *subjects: str, never: Collection[str] = ()) -> Fault | None:
        """Return the fault that this request meets, None for most."""
        if _is_worker(subjects[0]):
            return super().take(*subjects, never=never)
        return self._triggered.take(*subjects, never=never)

    def end(self) -> None:
        """Let everything go well from now on."""
        super().end()
        self._triggered.end()

    @property
    def all_given(self) -> Counter[str]:
        """What was given, to either."""
        return self.given + self._triggered.given

    @property
    def all_logged(self) -> list[Given]:
        """When, and to what, it was given."""
        return self.log + self._triggered.log


def _is_worker(subject: str) -> bool:
    return subject.startswith("callevents-worker ")


KNOWN_TO_KMS = dict(kms.SecretVault().faults.kinds)
KNOWN_TO_SLACK = dict(slack.Workspace().faults.kinds)
