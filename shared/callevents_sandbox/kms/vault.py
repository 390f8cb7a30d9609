"""A vault of secrets: its keys, its secrets in versions, its switches, and what it was asked."""

import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

from callevents_sandbox.alibabacloud.acs3_verifier import AccessKey, Gate
from callevents_sandbox.alibabacloud.rpc_endpoint import ReceivedRequest
from callevents_sandbox.ccc.center import KEY, TEMPORARY_KEY
from callevents_sandbox.ccc.faults import KINDS as OF_CCC
from callevents_sandbox.server.faults import Faults
from callevents_sandbox.server.journal import Journal

_ALIKE = (
    *("delay", "hang", "reset", "bad_gateway", "not_json", "not_object", "empty", "truncated", "cut_off"),
    *("drip", "endless", "gzip", "token_expired"),
)
KINDS = {name: OF_CCC[name] for name in _ALIKE} | {
    "unavailable": "503 ServiceUnavailableTemporary",
    "internal_error": "500 InternalFailure",
    "throttled": "429 Rejected.Throttling (`status` and `code` for another one)",
    "no_data": "200 without SecretData",
    "wrong_types": "200 with a SecretData that is no text",
    "other_type": "200 with a SecretDataType that nobody knows",
}


@dataclass(frozen=True, slots=True)
class Secret:
    """One version of a secret: its `text` (base64 where `kind` is binary); `deleted` is waiting to be deleted."""

    text: str = field(repr=False)
    kind: Literal["text", "binary"] = "text"
    deleted: bool = False


class SecretVault:
    """State and switches of the stand-in; `application(vault)` serves it.

    `forbidden` holds the names of secrets that nobody may read; `put` adds a version, which is the current one then.
    """

    def __init__(
        self,
        *,
        keys: Iterable[AccessKey] = (KEY, TEMPORARY_KEY),
        journal: Journal | None = None,
    ) -> None:
        self.gate = Gate(tuple(keys), time.time)
        self.clock = time.time
        self.journal = journal or Journal()
        self.faults = Faults(KINDS)
        self.forbidden: set[str] = set()
        self.asked: list[ReceivedRequest] = []
        self._versions: dict[str, list[Secret]] = {}

    def put(self, name: str, secret: Secret | str) -> None:
        """Make *secret* the current version of the secret called *name*."""
        self._versions.setdefault(name, []).append(Secret(secret) if isinstance(secret, str) else secret)

    def remove(self, name: str) -> None:
        """Delete the secret called *name*."""
        self._versions.pop(name, None)

    def versions(self, name: str) -> Sequence[Secret]:
        """Return the versions of the secret called *name*, the current one last; none where there is no such secret."""
        return tuple(self._versions.get(name, ()))

    def put_all(self, secrets: Mapping[str, str]) -> None:
        """Put each of *secrets*, texts by their names."""
        for name, text in secrets.items():
            self.put(name, text)
