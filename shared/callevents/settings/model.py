"""The environment, read once per instance."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TypeVar
from urllib.parse import urlsplit

from callevents.errors import SettingsError

DEFAULT_RESPONSE_URL_HOSTS = "hooks.slack.com,hooks.slack-gov.com"
DEFAULT_CCC_EVENTS = "Abandoned,QueueingTimeout,QueueingFailure,RingingTimeout"
# The name of a secret, or its ARN where it is another account's.
REFERENCE = r"kms://([0-9A-Za-z_/+=.@:-]{1,256})"
LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})
ROUTES = (
    "alertmanager",
    "grafana",
    "cloudmonitor",
    "arms",
    "sls",
    "ccc",
    "eventbridge",
    "pagerduty",
    "opsgenie",
    "datadog",
    "sentry",
    "generic",
)

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class RouteSecret:
    """A secret or token, and the webhook route it is bound to (None = any)."""

    value: str = field(repr=False)
    route: str | None = None


@dataclass(frozen=True, slots=True)
class Settings:
    """All settings of design section 4; `wrong` names those that cannot be used as they are.

    A wrong setting never opens anything: where it decides who may do what, its place here is the closed value. So it
    is with those in `references`, which name secrets of KMS (`kms://name`) that are yet to be read: name of the
    setting to names of secrets.
    """

    slack_signing_secret: str = field(default="", repr=False)
    slack_bot_token: str = field(default="", repr=False)
    slack_api_url: str = "https://slack.com/api/"
    response_url_hosts: frozenset[str] = frozenset(DEFAULT_RESPONSE_URL_HOSTS.split(","))
    ccc_instance_id: str = ""
    ccc_instances: Mapping[str, str] = field(default_factory=dict)
    ccc_endpoint: str = "https://ccc.cn-shanghai.aliyuncs.com"
    worker: str = ""
    fc_endpoint: str = ""
    channel: str = ""
    channels: frozenset[str] = frozenset()
    webhook_secrets: tuple[RouteSecret, ...] = field(default=(), repr=False)
    webhook_tokens: tuple[RouteSecret, ...] = field(default=(), repr=False)
    eventbridge_certificate: str = ""
    ccc_events: frozenset[str] = frozenset(DEFAULT_CCC_EVENTS.split(","))
    teams: frozenset[str] = frozenset()
    users: frozenset[str] = frozenset()
    usergroups: frozenset[str] = frozenset()
    deny_guests: bool = True
    full_numbers_users: frozenset[str] = frozenset()
    full_numbers_usergroups: frozenset[str] = frozenset()
    language: str = "auto"
    timezone: str = "Asia/Shanghai"
    log_level: str = "INFO"
    kms_endpoint: str = ""
    references: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    wrong: tuple[str, ...] = ()

    @classmethod
    def from_environ(cls, environ: Mapping[str, str]) -> "Settings":
        """Read the settings. Never raises: what cannot be used is named in `wrong`."""
        return _EnvironReader(environ).settings()

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


class _EnvironReader:
    """Reads one variable after the other and remembers which could not be used."""

    def __init__(self, environ: Mapping[str, str]) -> None:
        self.environ = environ
        self.references: dict[str, tuple[str, ...]] = {}
        self.wrong: list[str] = []

    def settings(self) -> Settings:
        read = self.read
        default = Settings()
        return Settings(
            slack_signing_secret=self.secret("SLACK_SIGNING_SECRET", "", str),
            slack_bot_token=self.secret("SLACK_BOT_TOKEN", "", _token),
            slack_api_url=read(
                "SLACK_API_URL", default.slack_api_url, lambda text: _url(text).rstrip("/") + "/"
            ),
            response_url_hosts=read(
                "SLACK_RESPONSE_URL_HOSTS", default.response_url_hosts, _hosts, frozenset()
            ),
            ccc_instance_id=read("CCC_INSTANCE_ID", "", _instance),
            ccc_instances=read("CCC_INSTANCES", {}, _instances),
            ccc_endpoint=read("CCC_ENDPOINT", default.ccc_endpoint, _url),
            worker=read("CALLEVENTS_WORKER", "", _function_name),
            fc_endpoint=read("CALLEVENTS_FC_ENDPOINT", "", _url),
            channel=read("CALLEVENTS_CHANNEL", "", _slack_id),
            channels=read("CALLEVENTS_CHANNELS", frozenset(), _slack_ids),
            webhook_secrets=self.secret("CALLEVENTS_WEBHOOK_SECRET", (), _route_secrets),
            webhook_tokens=self.secret("CALLEVENTS_WEBHOOK_TOKEN", (), _route_secrets),
            eventbridge_certificate=read("CALLEVENTS_EVENTBRIDGE_CERTIFICATE", "", _certificate),
            ccc_events=read(
                "CALLEVENTS_CCC_EVENTS", default.ccc_events, lambda text: frozenset(_items(text))
            ),
            teams=read("CALLEVENTS_TEAMS", frozenset(), _slack_ids, _NOBODY),
            users=read("CALLEVENTS_USERS", frozenset(), _slack_ids, _NOBODY),
            usergroups=read("CALLEVENTS_USERGROUPS", frozenset(), _slack_ids, _NOBODY),
            deny_guests=read("CALLEVENTS_DENY_GUESTS", True, _boolean),
            full_numbers_users=read("CALLEVENTS_FULL_NUMBERS_USERS", frozenset(), _slack_ids),
            full_numbers_usergroups=read("CALLEVENTS_FULL_NUMBERS_USERGROUPS", frozenset(), _slack_ids),
            language=read("CALLEVENTS_LANGUAGE", "auto", _language),
            timezone=read("CALLEVENTS_TIMEZONE", default.timezone, _timezone),
            log_level=read("CALLEVENTS_LOG_LEVEL", "INFO", _log_level),
            kms_endpoint=read("CALLEVENTS_KMS_ENDPOINT", "", _url),
            references=self.references,
            wrong=tuple(self.wrong),
        )

    def text(self, name: str) -> str:
        return self.environ.get(name, "").strip()

    def read(self, name: str, default: T, parse: Callable[[str], T], closed: T | None = None) -> T:
        """Return the parsed value; the default where unset; where wrong the closed value, else the default."""
        text = self.text(name)
        if not text:
            return default
        try:
            return parse(text)
        except ValueError:
            self.wrong.append(name)
            return default if closed is None else closed

    def secret(self, name: str, default: T, parse: Callable[[str], T]) -> T:
        """As `read`; where the text refers to secrets of KMS, remember which and return *default*."""

        def referring(text: str) -> T:
            names = _references(text) if "kms:" in text.lower() else ()
            if names:
                self.references[name] = names
            return default if names else parse(text)

        return self.read(name, default, referring)


# An allow-list that could not be read allows nobody: no Slack id has this form.
_NOBODY = frozenset({"-"})


def _items(text: str) -> list[str]:
    return [item.strip() for item in text.split(",") if item.strip()]


def _matching(pattern: str) -> Callable[[str], str]:
    compiled = re.compile(pattern, re.ASCII)

    def parse(text: str) -> str:
        if not compiled.fullmatch(text):
            msg = "not of the expected form"
            raise ValueError(msg)
        return text

    return parse


_token = _matching(r"xox[a-z]-[0-9A-Za-z-]+|xoxe\.xox[a-z]-[0-9A-Za-z-]+")
_instance = _matching(r"[0-9A-Za-z][0-9A-Za-z_.-]{0,127}")
_slack_id = _matching(r"[A-Z][0-9A-Z]{1,30}")
_host = _matching(r"[0-9a-z]([0-9a-z.-]*[0-9a-z])?|\[?::1\]?")
# In a variable that can hold one line only, \n stands for a line feed.
_pem = _matching(r"-----BEGIN CERTIFICATE-----\n[0-9A-Za-z+/=\s]+\n-----END CERTIFICATE-----")


def _certificate(text: str) -> str:
    return _pem(text.replace("\\n", "\n").replace("\r", "").strip())


# A name, or a full resource name as the console shows it; a qualifier may follow.
_function_name = _matching(r"[A-Za-z_][0-9A-Za-z_$-]{0,127}")


def _slack_ids(text: str) -> frozenset[str]:
    return frozenset(_slack_id(item) for item in _items(text))


def _hosts(text: str) -> frozenset[str]:
    return frozenset(_host(item.lower()).strip("[]") for item in _items(text))


def _url(text: str) -> str:
    parts = urlsplit(text)
    host = parts.hostname or ""
    _ = parts.port  # raises ValueError where it is no number
    plain_http_is_fine = parts.scheme == "http" and host in LOOPBACK
    if not host or parts.username or parts.query or parts.fragment or re.search(r"[\s\x00-\x20\x7f]", text):
        raise ValueError("not a base URL")
    if parts.scheme != "https" and not plain_http_is_fine:
        raise ValueError("https only")
    return text.rstrip("/")


def _instances(text: str) -> dict[str, str]:
    pairs = {}
    for item in _items(text):
        alias, separator, instance = item.partition("=")
        if not separator:
            alias = instance = item
        pairs[_instance_alias(alias.strip())] = _instance(instance.strip())
    return pairs


def _instance_alias(text: str) -> str:
    if not re.fullmatch(r"[\w.-]{1,64}", text):
        raise ValueError("not an alias")
    return text


def _route_secrets(text: str) -> tuple[RouteSecret, ...]:
    secrets = tuple(_route_secret(item) for item in _items(text))
    if not all(secret.value for secret in secrets):
        raise ValueError("an empty secret")
    return secrets


def _route_secret(item: str) -> RouteSecret:
    route, separator, value = item.partition(":")
    bound = bool(separator) and route.strip().lower() in ROUTES
    return RouteSecret(value.strip(), route.strip().lower()) if bound else RouteSecret(item)


def _references(text: str) -> tuple[str, ...]:
    """Return the names of the secrets of KMS that stand in *text*, alone or as items of a list.

    What begins with `kms:` is never a secret itself, however it goes on: whoever knows the name could sign with it.
    """
    values = (_route_secret(item).value for item in _items(text))
    found = [re.fullmatch(REFERENCE, value) for value in values if value.lower().startswith("kms:")]
    if None in found:
        raise ValueError("not kms://name")
    return tuple(match[1] for match in found if match)


def _boolean(text: str) -> bool:
    return {"true": True, "false": False}[text.lower()] if text.lower() in {"true", "false"} else _refuse()


def _refuse() -> bool:
    raise ValueError("neither true nor false")


def _language(text: str) -> str:
    for language in ("auto", "en", "zh-CN"):
        if text.replace("_", "-").casefold() == language.casefold():
            return language
    raise ValueError("not a language")


def _timezone(text: str) -> str:
    from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

    try:
        ZoneInfo(text)
    except (ZoneInfoNotFoundError, OSError, ValueError) as error:
        raise ValueError("not a zone") from error
    return text


def _log_level(text: str) -> str:
    if text.upper() not in {"DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL"}:
        raise ValueError("not a level")
    return text.upper()
