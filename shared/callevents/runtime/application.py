"""The application of an instance: built at the first call, and again when secrets in KMS change."""

import logging
from collections.abc import Callable, Mapping
from threading import Lock
from typing import TYPE_CHECKING, Protocol, runtime_checkable

from callevents.invocation import Application, Invocation
from callevents.observability.json_formatter import set_up as set_up_logging
from callevents.settings.model import Settings

if TYPE_CHECKING:
    from callevents.runtime.secret_cache import ReadTimeouts, SecretCache

_log = logging.getLogger(__name__)


@runtime_checkable
class Renewable(Protocol):
    """An application whose state must outlive its settings."""

    def with_settings(self, settings: Settings) -> Application:
        """Return the same application with other *settings*."""


class ApplicationHolder:
    """Builds and holds one instance's application. Calls may overlap."""

    def __init__(
        self,
        build: Callable[[Settings], Application],
        environ: Mapping[str, str],
        secret_timeouts: "ReadTimeouts | None",
    ) -> None:
        """Remember how to build it; *environ* is read at the first call."""
        self._secret_timeouts = secret_timeouts
        self._build = build
        self._environ = environ
        self._application: Application | None = None
        self._secrets: SecretCache | None = None
        # Those of the application, where secrets change them.
        self._settings: Settings | None = None
        self._lock = Lock()

    @property
    def is_built(self) -> bool:
        """Whether there was a first call."""
        return self._application is not None

    def application(self, invocation: Invocation | None = None, *, starting: bool = False) -> Application:
        """Return the application, built from the settings at the first call.

        Secrets in KMS are read, and refreshed from time to time, with the credentials of *invocation*; without it KMS
        is not asked. Changed secrets make another application, which keeps the state of this one.
        """
        if self._application is None:
            with self._lock:
                if self._application is None:
                    self._application = self._first_application()
        if self._secrets is not None and invocation is not None:
            self._secrets.refresh(invocation, starting=starting)
            with self._lock:
                if self._secrets.settings is not self._settings:
                    self._settings = self._secrets.settings
                    self._application = self._with_settings(self._application, self._settings)
        return self._application

    def overdue_settings(self, invocation: Invocation) -> frozenset[str]:
        """Return the settings whose secrets were to be refreshed by now, and could not be."""
        if self._secrets is None:
            return frozenset()
        return self._secrets.overdue_settings(invocation.clocks.monotonic())

    def _first_application(self) -> Application:
        settings = Settings.from_environ(self._environ)
        set_up_logging(settings.log_level)
        if settings.wrong:
            names = ", ".join(settings.wrong)
            _log.error("settings rejected: %s", names, extra={"code": "settings"})
        if settings.references:
            from callevents.runtime.secret_cache import SecretCache

            self._settings = settings
            self._secrets = SecretCache(settings, dict(self._environ), self._secret_timeouts)
        return self._build(settings)

    def _with_settings(self, application: Application, settings: Settings) -> Application:
        if isinstance(application, Renewable):
            return application.with_settings(settings)
        return self._build(settings)
