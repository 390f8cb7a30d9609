"""What an instance keeps of the secrets that stand in KMS: when they are read, read again, and given up.

They are read when the instance starts, and again after five minutes by the first call that comes then: so a new
version is noticed. While KMS cannot be asked, what was read holds for an hour; what KMS itself takes away, by a
permission or by deleting it, is gone at once. However many requests come, KMS is asked again after a pause only.
"""

import logging
from collections.abc import Mapping
from dataclasses import dataclass, field
from threading import Lock
from typing import Final

from callevents.alibabacloud.kms import SecretStore
from callevents.alibabacloud.outbound import Outbound
from callevents.clock import Deadline
from callevents.errors import SecretUnavailable
from callevents.invocation import Invocation
from callevents.settings.model import Settings
from callevents.settings.secret_refs import Problem, Read, Resolved, names_in, read_secrets, resolve

_log = logging.getLogger(__name__)
# Seconds: when a text is read again, and how long it holds if that fails.
FRESH: Final = 300.0
LASTING: Final = 3600.0
# Seconds between attempts that fail. None after the first: where the instance's start failed, its first call tries.
PAUSES: Final = (0.0, 5.0, 15.0, 30.0, 60.0)
# Seconds that all secrets together may take: while the platform starts the instance (template.yml gives that 10 s);
# in a call, of which Slack waits 3 s for the answer; and in a call that could go on with what is known.
STARTING: Final = 5.0
CALLED: Final = 1.2
RENEWING: Final = 0.5


@dataclass(frozen=True, slots=True)
class Text:
    """The text of a secret, and the monotonic time at which it was asked for."""

    text: str = field(repr=False)
    read_at: float


@dataclass(frozen=True, slots=True)
class Kept:
    """What is known of the secrets; KMS is asked for those in `names` that are not fresh, from `due_at` on."""

    names: tuple[str, ...]
    texts: Mapping[str, Text] = field(default_factory=dict)
    due_at: float = float("-inf")
    failed: int = 0

    def stale(self, now: float) -> list[str]:
        """Return the names of the secrets to read."""
        return [name for name in self.names if not self._is_younger(name, FRESH, now)]

    def holds(self, now: float) -> bool:
        """Say whether all secrets are known well enough to go on with."""
        return all(self._is_younger(name, LASTING, now) for name in self.names)

    def _is_younger(self, name: str, seconds: float, now: float) -> bool:
        return name in self.texts and now - self.texts[name].read_at < seconds

    def after(self, read: Read, asked_at: float, now: float) -> "Kept":
        """Return what is known after *read*, which began at *asked_at* and is done *now*."""
        withdrawn = {name for name, failure in read.failures.items() if failure.withdrawn}
        texts = {
            name: text
            for name, text in self.texts.items()
            if name not in withdrawn and self._is_younger(name, LASTING, now)
        }
        texts |= {name: Text(text, asked_at) for name, text in read.texts.items()}
        failed = self.failed + 1 if read.failures else 0
        if failed:
            due_at = now + PAUSES[min(failed, len(PAUSES)) - 1]
        else:
            due_at = min(text.read_at for text in texts.values()) + FRESH
        return Kept(self.names, texts, due_at, failed)


class SecretCache:
    """The secrets of one instance. Calls may overlap: one of them reads, and the others wait only for a first text.

    `settings` are the instance's settings as far as they are known.
    """

    def __init__(self, settings: Settings, environ: Mapping[str, str]) -> None:
        """Take *settings*, which refer to secrets, and the *environ* they were read from."""
        self.settings = settings
        self._unread = settings
        self._environ = environ
        self._kept = Kept(tuple(names_in(settings)))
        self._reading = Lock()

    def renew(self, invocation: Invocation, *, starting: bool = False) -> None:
        """Ask KMS if it is time to, with the credentials of *invocation*; *starting* may take longer. Never raises."""
        now = invocation.clocks.monotonic()
        if now < self._kept.due_at:
            return
        holds = self._kept.holds(now)
        if not self._reading.acquire(blocking=not holds):
            return
        try:
            now = invocation.clocks.monotonic()
            if now >= self._kept.due_at:
                self._read(invocation, now, STARTING if starting else RENEWING if holds else CALLED)
        finally:
            self._reading.release()

    def _read(self, invocation: Invocation, now: float, patience: float) -> None:
        clock = invocation.clocks.monotonic
        stale = self._kept.stale(now)
        try:
            read = self._asked(stale, invocation, Deadline(now + patience, clock))
        except Exception as error:  # noqa: BLE001 - whatever it is, what was known holds, and nothing else
            _log.error("the secrets were not read", extra={"code": "internal"}, exc_info=error)
            read = Read({}, dict.fromkeys(stale, SecretUnavailable(reason="internal")))
        self._kept = self._kept.after(read, now, clock())
        known = {name: text.text for name, text in self._kept.texts.items()}
        resolved = resolve(self._environ, self._unread, Read(known, read.failures))
        self._tell(read, resolved)
        if resolved.settings != self.settings:
            self.settings = resolved.settings

    def _tell(self, read: Read, resolved: Resolved) -> None:
        """Leave a line for each setting that is closed, or that could not be read again, and one for what changed."""
        for problem in resolved.problems:
            _log.error("a setting could not be read from KMS and stays closed", extra=_fields(problem))
        closed = {problem.setting for problem in resolved.problems}
        for setting, names in self._unread.references.items():
            failures = [read.failures[name] for name in names if name in read.failures]
            if failures and setting not in closed:
                problem = Problem(setting, failures[0].reason, failures[0].request_id)
                _log.warning(
                    "a setting could not be read again from KMS and holds for now", extra=_fields(problem)
                )
        if resolved.settings == self.settings:
            return
        if resolved.settings.wrong != self.settings.wrong:
            wrong = ", ".join(resolved.settings.wrong)
            _log.error("settings that cannot be used: %s", wrong, extra={"code": "settings"})
        held = [name for name in self._unread.references if name not in resolved.settings.references]
        _log.info("settings read from KMS: %s", ", ".join(held) or "none", extra={"code": "secret_read"})

    def _asked(self, names: list[str], invocation: Invocation, deadline: Deadline) -> Read:
        from callevents.transport.client import open_client

        with open_client() as client:  # the next time is minutes away: no connection lives as long
            store = SecretStore(
                Outbound(client, invocation.clocks),
                self._unread.kms_endpoint,
                invocation.region,
                invocation.credentials,
            )
            return read_secrets(names, store.secret, deadline)


def _fields(problem: Problem) -> dict[str, str]:
    return {
        "code": "secret_unread",
        "setting": problem.setting,
        "reason": problem.reason,
        "kms_request_id": problem.request_id or "",
    }
