"""The secrets in KMS that an instance holds: when they are read, refreshed and dropped.

They are read when the instance starts, and refreshed after five minutes by the first call that comes then, so that a
new version is noticed. While KMS cannot be reached, what was read is used for an hour; what KMS itself withdraws, by a
permission or by deletion, is dropped at once. However many requests come, failed reads are retried after a delay only.
"""

import logging
from collections.abc import Mapping
from contextlib import closing
from dataclasses import dataclass, field
from threading import Lock
from typing import Final, NamedTuple

from callevents.alibabacloud.clients import Clients
from callevents.clock import Deadline
from callevents.errors import SecretUnavailable
from callevents.invocation import Invocation
from callevents.settings.model import Settings
from callevents.settings.secret_refs import (
    ReadResult,
    ReferenceProblem,
    Resolved,
    names_in,
    read_secrets,
    resolve,
)

_log = logging.getLogger(__name__)
REFRESH_AFTER_SECONDS: Final = 300.0
EXPIRE_AFTER_SECONDS: Final = 3600.0
# None after the first failure: where the read at the instance's start failed, the first call retries.
RETRY_DELAYS_SECONDS: Final = (0.0, 5.0, 15.0, 30.0, 60.0)


class ReadTimeouts(NamedTuple):
    """What reading all secrets together may take: at the start, in a call that waits for them, in one that does not.

    template.yml gives an instance 10 s to start, and Slack waits 3 s for its answer.
    """

    start_seconds: float = 5.0
    first_read_seconds: float = 1.2
    refresh_seconds: float = 0.5


@dataclass(frozen=True, slots=True)
class CachedSecret:
    """The text of a secret, and the monotonic time at which it was requested."""

    text: str = field(repr=False)
    read_at: float


@dataclass(frozen=True, slots=True)
class CacheState:
    """The known secrets; KMS is asked for the stale ones of `names` from `due_at` (monotonic) on."""

    names: tuple[str, ...]
    cached: Mapping[str, CachedSecret] = field(default_factory=dict)
    due_at: float = float("-inf")
    failures: int = 0

    def stale_names(self, now: float) -> list[str]:
        """Return the names of the secrets to read."""
        return [name for name in self.names if not self._is_younger(name, REFRESH_AFTER_SECONDS, now)]

    def is_complete(self, now: float) -> bool:
        """Say whether every secret is known and has not expired."""
        return all(self._is_younger(name, EXPIRE_AFTER_SECONDS, now) for name in self.names)

    def _is_younger(self, name: str, seconds: float, now: float) -> bool:
        return name in self.cached and now - self.cached[name].read_at < seconds

    def after(self, read: ReadResult, started_at: float, now: float) -> "CacheState":
        """Return the state after *read*, which took from *started_at* until *now*."""
        withdrawn = {name for name, failure in read.failures.items() if failure.withdrawn}
        cached = {
            name: secret
            for name, secret in self.cached.items()
            if name not in withdrawn and self._is_younger(name, EXPIRE_AFTER_SECONDS, now)
        }
        cached |= {name: CachedSecret(text, started_at) for name, text in read.texts.items()}
        failures = self.failures + 1 if read.failures else 0
        if failures:
            due_at = now + RETRY_DELAYS_SECONDS[min(failures, len(RETRY_DELAYS_SECONDS)) - 1]
        else:
            due_at = min(secret.read_at for secret in cached.values()) + REFRESH_AFTER_SECONDS
        return CacheState(self.names, cached, due_at, failures)


class SecretCache:
    """The secrets of one instance. Calls may overlap: one of them reads; the others wait only if a secret is missing.

    `settings` are the instance's settings as far as they are known.
    """

    def __init__(self, settings: Settings, environ: Mapping[str, str], timeouts: ReadTimeouts | None) -> None:
        """Take *settings*, which refer to secrets, and the *environ* they were read from."""
        self.settings = settings
        self._unresolved = settings
        self._environ = environ
        self._timeouts = timeouts or ReadTimeouts()
        self._state = CacheState(tuple(names_in(settings)))
        self._lock = Lock()

    def refresh(self, invocation: Invocation, *, starting: bool = False) -> None:
        """Read stale secrets with the credentials of *invocation*; *starting* allows more time. Never raises."""
        now = invocation.clocks.monotonic()
        if now < self._state.due_at:
            return
        complete = self._state.is_complete(now)
        if not self._lock.acquire(blocking=not complete):
            return
        try:
            now = invocation.clocks.monotonic()
            if now >= self._state.due_at:
                timeouts = self._timeouts
                timeout = timeouts.refresh_seconds if complete else timeouts.first_read_seconds
                self._read(invocation, now, timeouts.start_seconds if starting else timeout)
        finally:
            self._lock.release()

    def overdue_settings(self, now: float) -> frozenset[str]:
        """Return the settings with a secret that is stale; to be called after `refresh`."""
        stale = set(self._state.stale_names(now))
        return frozenset(
            setting for setting, names in self._unresolved.references.items() if not stale.isdisjoint(names)
        )

    def _read(self, invocation: Invocation, now: float, timeout: float) -> None:
        clock = invocation.clocks.monotonic
        names = self._state.stale_names(now)
        try:
            read = self._read_from_kms(names, invocation, Deadline(now + timeout, clock))
        except Exception as error:  # noqa: BLE001 - on any error the known secrets stay in use, and nothing else opens
            _log.error("secret read failed", extra={"code": "internal"}, exc_info=error)
            read = ReadResult({}, dict.fromkeys(names, SecretUnavailable(reason="internal")))
        self._state = self._state.after(read, now, clock())
        known = {name: secret.text for name, secret in self._state.cached.items()}
        resolved = resolve(self._environ, self._unresolved, ReadResult(known, read.failures))
        self._log_result(read, resolved)
        if resolved.settings != self.settings:
            self.settings = resolved.settings

    def _read_from_kms(self, names: list[str], invocation: Invocation, deadline: Deadline) -> ReadResult:
        with closing(Clients()) as clients:  # the next read is minutes away: no connection lives as long
            store = clients.secret_store(self._unresolved.kms_endpoint, invocation)
            return read_secrets(names, store.secret, deadline)

    def _log_result(self, read: ReadResult, resolved: Resolved) -> None:
        """Log each setting that stays closed or could not be refreshed, and what changed."""
        for problem in resolved.problems:
            _log.error("setting not read from KMS; it stays closed", extra=_fields(problem))
        closed = {problem.setting for problem in resolved.problems}
        for setting, names in self._unresolved.references.items():
            failures = [read.failures[name] for name in names if name in read.failures]
            if failures and setting not in closed:
                problem = ReferenceProblem(setting, failures[0].reason, failures[0].request_id)
                _log.warning("setting not refreshed from KMS; its old value stays", extra=_fields(problem))
        if resolved.settings == self.settings:
            return
        if resolved.settings.wrong != self.settings.wrong:
            wrong = ", ".join(resolved.settings.wrong)
            _log.error("settings rejected: %s", wrong, extra={"code": "settings"})
        known = [name for name in self._unresolved.references if name not in resolved.settings.references]
        _log.info("settings read from KMS: %s", ", ".join(known) or "none", extra={"code": "secret_read"})


def _fields(problem: ReferenceProblem) -> dict[str, str]:
    return {
        "code": "secret_unread",
        "setting": problem.setting,
        "reason": problem.reason,
        "kms_request_id": problem.request_id or "",
    }
