"""The application that lives in an instance: built at the first call, another where secrets in KMS change."""

import logging
from collections.abc import Callable, Mapping
from threading import Lock
from typing import TYPE_CHECKING, Protocol, runtime_checkable

from callevents.invocation import Application, Invocation
from callevents.observability.json_formatter import set_up as set_up_logging
from callevents.settings.model import Settings

if TYPE_CHECKING:
    from callevents.runtime.secret_cache import SecretCache

_log = logging.getLogger(__name__)


@runtime_checkable
class Renewable(Protocol):
    """An application that remembers something which must outlive its settings."""

    def with_settings(self, settings: Settings) -> Application:
        """Return the same application with other *settings*."""


class ApplicationHolder:
    """One instance's application. Calls may overlap."""

    def __init__(
        self, build: Callable[[Settings], Application], environ: Callable[[], Mapping[str, str]]
    ) -> None:
        """Remember how to build it; *environ* gives the environment as it is then."""
        self._build = build
        self._environ = environ
        self._application: Application | None = None
        self._secrets: SecretCache | None = None
        # Those the application has, where secrets change them.
        self._settings: Settings | None = None
        self._building = Lock()

    @property
    def is_built(self) -> bool:
        """Whether there was a first call."""
        return self._application is not None

    def application(
        self, invocation: Callable[[], Invocation] | None = None, *, starting: bool = False
    ) -> Application:
        """Return the application, built from the settings at the first call.

        Where secrets stand in KMS they are read, and from time to time read again, with the credentials that
        *invocation* gives; without it nothing is asked. What has changed makes another application, which knows what
        this one knew.
        """
        if self._application is None:
            with self._building:
                if self._application is None:
                    self._application = self._built()
        if self._secrets is not None and invocation is not None:
            self._secrets.renew(invocation(), starting=starting)
            with self._building:
                if self._secrets.settings is not self._settings:
                    self._settings = self._secrets.settings
                    self._application = self._renewed(self._application, self._settings)
        return self._application

    def _renewed(self, application: Application, settings: Settings) -> Application:
        return (
            application.with_settings(settings)
            if isinstance(application, Renewable)
            else self._build(settings)
        )

    def _built(self) -> Application:
        environ = self._environ()
        settings = Settings.from_environ(environ)
        set_up_logging(settings.log_level)
        if settings.wrong:
            names = ", ".join(settings.wrong)
            _log.error("settings that cannot be used: %s", names, extra={"code": "settings"})
        if settings.references:
            from callevents.runtime.secret_cache import SecretCache

            self._settings = settings
            self._secrets = SecretCache(settings, dict(environ))
        return self._build(settings)
