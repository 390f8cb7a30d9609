"""The settings of an instance, parsed from the environment once."""

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from typing import TypeVar

from callevents.errors import CccInstanceUnknown, SettingsError
from callevents.settings import variables
from callevents.settings.validators import RouteSecret, references
from callevents.settings.variables import Variable

T = TypeVar("T")


def _from(variable: Variable[T]) -> T:
    """Return the field that holds the value of *variable*; to the type checker it is the value."""
    return field(
        default_factory=lambda: variable.unset, repr=not variable.secret, metadata={"variable": variable}
    )


@dataclass(frozen=True, slots=True)
class Settings:
    """All settings; `wrong` names those that cannot be used as they are.

    A wrong setting never opens anything: where it decides who may do what, its value is the closed one. The same holds
    for those in `references`, whose secrets stand in KMS (`kms://name`) and have yet to be read: name of the setting to
    names of secrets.
    """

    slack_signing_secret: str = _from(variables.SLACK_SIGNING_SECRET)
    slack_bot_token: str = _from(variables.SLACK_BOT_TOKEN)
    slack_api_url: str = _from(variables.SLACK_API_URL)
    response_url_hosts: frozenset[str] = _from(variables.SLACK_RESPONSE_URL_HOSTS)
    ccc_instance_id: str = _from(variables.CCC_INSTANCE_ID)
    ccc_instances: Mapping[str, str] = _from(variables.CCC_INSTANCES)
    ccc_endpoint: str = _from(variables.CCC_ENDPOINT)
    worker: str = _from(variables.CALLEVENTS_WORKER)
    fc_endpoint: str = _from(variables.CALLEVENTS_FC_ENDPOINT)
    channel: str = _from(variables.CALLEVENTS_CHANNEL)
    channels: frozenset[str] = _from(variables.CALLEVENTS_CHANNELS)
    webhook_secrets: tuple[RouteSecret, ...] = _from(variables.CALLEVENTS_WEBHOOK_SECRET)
    webhook_tokens: tuple[RouteSecret, ...] = _from(variables.CALLEVENTS_WEBHOOK_TOKEN)
    eventbridge_certificate: str = _from(variables.CALLEVENTS_EVENTBRIDGE_CERTIFICATE)
    ccc_events: frozenset[str] = _from(variables.CALLEVENTS_CCC_EVENTS)
    teams: frozenset[str] = _from(variables.CALLEVENTS_TEAMS)
    users: frozenset[str] = _from(variables.CALLEVENTS_USERS)
    usergroups: frozenset[str] = _from(variables.CALLEVENTS_USERGROUPS)
    deny_guests: bool = _from(variables.CALLEVENTS_DENY_GUESTS)
    detail_record: bool = _from(variables.CALLEVENTS_DETAIL_RECORD)
    full_numbers_users: frozenset[str] = _from(variables.CALLEVENTS_FULL_NUMBERS_USERS)
    full_numbers_usergroups: frozenset[str] = _from(variables.CALLEVENTS_FULL_NUMBERS_USERGROUPS)
    search_users: frozenset[str] = _from(variables.CALLEVENTS_SEARCH_USERS)
    search_usergroups: frozenset[str] = _from(variables.CALLEVENTS_SEARCH_USERGROUPS)
    agents: Mapping[str, str] = _from(variables.CALLEVENTS_AGENTS)
    language: str = _from(variables.CALLEVENTS_LANGUAGE)
    channel_language: str = _from(variables.CALLEVENTS_CHANNEL_LANGUAGE)
    timezone: str = _from(variables.CALLEVENTS_TIMEZONE)
    log_level: str = _from(variables.CALLEVENTS_LOG_LEVEL)
    kms_endpoint: str = _from(variables.CALLEVENTS_KMS_ENDPOINT)
    references: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    wrong: tuple[str, ...] = ()

    @classmethod
    def from_environ(cls, environ: Mapping[str, str]) -> "Settings":
        """Parse the settings. Never raises: what cannot be used is named in `wrong`."""
        reader = _EnvironReader(environ)
        values = {each.name: reader.read(each.metadata["variable"]) for each in fields(cls) if each.metadata}
        return cls(**values, references=reader.references, wrong=tuple(reader.wrong))

    @property
    def finds_calls(self) -> bool:
        """Whether anybody may find calls."""
        return bool(self.search_users or self.search_usergroups or self.agents)

    @property
    def awaits_bot_token(self) -> bool:
        """Whether the bot token stands in KMS and has yet to be read."""
        return variables.SLACK_BOT_TOKEN.name in self.references

    def require_sound(self) -> None:
        """Raise SettingsError, naming every wrong setting, unless there is none."""
        if self.wrong:
            raise SettingsError(names=", ".join(self.wrong), reason=", ".join(self.wrong))

    def instance(self, name: str | None) -> str | None:
        """Return the id of the allowed instance that *name* (an alias or an id, any case) means, else None.

        No name means the default instance; None if there is none.
        """
        if name is None:
            return self.ccc_instance_id or None
        allowed = {self.ccc_instance_id.casefold(): self.ccc_instance_id} if self.ccc_instance_id else {}
        allowed.update({instance.casefold(): instance for instance in self.ccc_instances.values()})
        allowed.update({alias.casefold(): instance for alias, instance in self.ccc_instances.items()})
        return allowed.get(name.strip().casefold())

    def require_allowed(self, instance: str) -> None:
        """Raise CccInstanceUnknown unless *instance* is the id of an allowed instance."""
        if not instance or instance not in {self.ccc_instance_id, *self.ccc_instances.values()}:
            raise CccInstanceUnknown(reason="not allowed")


class _EnvironReader:
    """Reads one variable after the other and remembers which could not be used."""

    def __init__(self, environ: Mapping[str, str]) -> None:
        self.environ = environ
        self.references: dict[str, tuple[str, ...]] = {}
        self.wrong: list[str] = []

    def read(self, variable: Variable[T]) -> T:
        """Return the parsed value; where it cannot be used the closed one; until a secret is read, the empty one."""
        given = self.environ.get(variable.name, "")
        if not given:
            return variable.unset
        text = given.strip()
        try:
            if not text:
                raise ValueError("blank")  # noqa: TRY301 - wrong like any other: set, and yet without a value
            if variable.secret and (names := references(text, is_list=not isinstance(variable.empty, str))):
                self.references[variable.name] = names
                return variable.empty
            return variable.parse(text)
        except ValueError:
            self.wrong.append(variable.name)
            return variable.unset if variable.closed is None else variable.closed
