"""A contact center: its keys, instances and records, its switches, and what it was asked."""

import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Literal

from callevents_sandbox.alibabacloud.acs3_verifier import AccessKey, Gate
from callevents_sandbox.ccc.details.store import CallStore
from callevents_sandbox.ccc.errors import BusinessError
from callevents_sandbox.ccc.faults import KINDS, MODES
from callevents_sandbox.fixtures.samples import Record, samples
from callevents_sandbox.server.faults import Faults
from callevents_sandbox.server.journal import Journal

KEY = AccessKey("LTAI5tSandboxSandbox", "sandbox-access-key-secret")
TEMPORARY_KEY = AccessKey("STS.NSandboxSandbox", "sandbox-temporary-secret", "CAISsandbox+token/with=signs")


@dataclass(slots=True)
class Bucket:
    """A token bucket: `rate` requests per second, `burst` at once."""

    rate: float
    burst: float
    clock: Callable[[], float] = time.monotonic
    _tokens: float = field(init=False)
    _at: float = field(init=False)

    def __post_init__(self) -> None:
        self._tokens = self.burst
        self._at = self.clock()

    def take(self) -> bool:
        """Say whether one more request is fine now."""
        now = self.clock()
        self._tokens = min(self.burst, self._tokens + (now - self._at) * self.rate)
        self._at = now
        if self._tokens < 1:
            return False
        self._tokens -= 1
        return True


@dataclass(frozen=True, slots=True)
class ContactCenterRequest:
    """A request that came: its keys, its headers as sent (secrets included, for tests), and the answer's status.

    Status 0 means that the client left before there was one.
    """

    at: float
    action: str
    instance_id: str
    keys: tuple[str, ...]
    headers: Sequence[tuple[str, str]] = field(repr=False)
    query: str
    status: int
    request_id: str
    fault: str | None = None


class ContactCenter:
    """State and switches of the stand-in; `application(center)` serves it.

    `throttle` limits the rate (with `retry_after_ms` the refusal says how long to wait); `permission` refuses
    everybody as the gateway or as the contact center does; `missing_as_null` makes the contact center instead of the
    gateway complain about a missing parameter; `key_limit` is how many keys one request may name.
    """

    def __init__(
        self,
        *,
        keys: Iterable[AccessKey] = (KEY, TEMPORARY_KEY),
        instances: Iterable[str] = ("ccc-test",),
        records: Iterable[Record] | None = None,
        clock: Callable[[], float] = time.time,
        journal: Journal | None = None,
    ) -> None:
        self.gate = Gate(tuple(keys), clock)
        self.instances = set(instances)
        self.key_limit = 100
        self.clock = clock
        self.journal = journal or Journal()
        self.faults = Faults(KINDS, MODES)
        self.throttle: Bucket | None = None
        self.retry_after_ms: int | None = None
        self.permission: Literal["granted", "gateway", "ccc"] = "granted"
        self.missing_as_null = False
        self.asked: list[ContactCenterRequest] = []
        self._records: dict[str, list[Record]] = {}
        self.calls = CallStore(self._records, clock)
        self.add(record for each in samples() for record in each.records) if records is None else self.add(
            records
        )

    def add(self, records: Iterable[Record]) -> None:
        """Store *records*, each under its key."""
        for record in records:
            self._records.setdefault(record.notification_key, []).append(record)

    def instance(self, instance_id: str) -> str:
        """Return *instance_id*, NotExists.InstanceId if there is no such instance."""
        if instance_id not in self.instances:
            raise BusinessError("NotExists.InstanceId", instance_id)
        return instance_id

    def records(self, instance_id: str, keys: Iterable[str]) -> list[Record]:
        """Return the records of *keys* (each key once) in *instance_id*, in the order they were stored."""
        return [
            record
            for key in dict.fromkeys(keys)
            for record in self._records.get(key, [])
            if record.instance_id == instance_id
        ]
