"""Parsers of the values in the environment: text to a typed value, ValueError for what cannot be used."""

import re
from collections.abc import Callable, Mapping
from typing import Final, NamedTuple
from urllib.parse import urlsplit

LOOPBACK: Final = frozenset({"127.0.0.1", "::1", "localhost"})
# The webhook's routes; a secret or token may be bound to one.
ROUTES: Final = (
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
# The name of a secret in KMS, or its ARN where the secret belongs to another account.
REFERENCE: Final = r"kms://([0-9A-Za-z_/+=.@:-]{1,256})"
MIN_SECRET_CHARS: Final = 16
# At least half of its characters are letters or digits.
MIN_SECRET_LETTERS: Final = 8
# Letters of any script and digits, but not the letters that show nothing (fillers); and bytes that are no text.
_SHOWN_AS_NOTHING: Final = "[\u115f\u1160\u3164\uffa0]"
_LETTERS: Final = "(?:[^\\W_\u115f\u1160\u3164\uffa0]|[\ud800-\udfff])"
# What else counts in a secret: ASCII's signs, but not separators and quotes.
_SIGNS: Final = "[!#-&(-+\\--/<-@\\[-_{}~]"
# Placeholders, which readers of the documents know, and which are no secret: another tool's address, a name in KMS
# without its `kms://`; and, if it is the whole text, a variable that nobody put in, a gap to fill in, a path of words.
_NAMED: Final = r"(?<!http)(?<!https)://|(?<![0-9A-Za-z])(?i:kms)[^0-9A-Za-z]"
_WORD: Final = "[a-z]{3}[0-9a-z._-]*"
_GAPS: Final = r"<.*>|%.*%|\$\w+|\$\{.*\}|\$\(.*\)|\{\{.*\}\}"
_IS_A_GAP: Final = rf"(?:[A-Za-z]{{1,20}}[:=]){{0,4}}(?:{_GAPS}|/{{0,3}}{_WORD}(?:/{_WORD})+/?)"


class RouteSecret(NamedTuple):
    """A secret or token, and the webhook route it is bound to (None = any)."""

    value: str
    route: str | None = None

    def __repr__(self) -> str:
        """Leave out the secret."""
        return f"RouteSecret(route={self.route!r})"


def split_list(text: str) -> list[str]:
    """Split a comma list; empty items are left out. ValueError for a list that is set and has no item.

    It would be read as one that is not set, and where nobody is named everybody may be meant.
    """
    items = [item.strip() for item in text.split(",") if item.strip()]
    if not items:
        raise ValueError("an empty list")
    return items


def names(text: str) -> frozenset[str]:
    """Parse a comma list of words."""
    return frozenset(_word(item) for item in split_list(text))


def _matching(pattern: str) -> Callable[[str], str]:
    def parse(text: str) -> str:
        # Compiled at the first use: a cold start pays for the settings that are set only.
        if not re.fullmatch(pattern, text, re.ASCII):
            raise ValueError("not of the expected form")
        return text

    return parse


slack_token = _matching(r"xox[a-z]-[0-9A-Za-z-]+|xoxe\.xox[a-z]-[0-9A-Za-z-]+")
_word = _matching(r"[A-Za-z][0-9A-Za-z_.-]{0,63}")
slack_id = _matching(r"[A-Z][0-9A-Z]{1,30}")
instance_id = _matching(r"[0-9A-Za-z][0-9A-Za-z_.-]{0,127}")
# A name, or a full resource name as the console shows it; a qualifier may follow.
function_name = _matching(r"[A-Za-z_][0-9A-Za-z_$-]{0,127}")
_host = _matching(r"[0-9a-z]([0-9a-z.-]*[0-9a-z])?|\[?::1\]?")
_pem = _matching(r"-----BEGIN CERTIFICATE-----\n[0-9A-Za-z+/=\s]+\n-----END CERTIFICATE-----")


def slack_ids(text: str) -> frozenset[str]:
    """Parse a comma list of ids of Slack."""
    return frozenset(slack_id(item) for item in split_list(text))


def certificate(text: str) -> str:
    r"""Parse a certificate in PEM; in a variable that can hold one line only, ``\n`` stands for a line feed."""
    return _pem(text.replace("\\n", "\n").replace("\r", "").strip())


def hosts(text: str) -> frozenset[str]:
    """Parse a comma list of host names without port."""
    return frozenset(_host(item.lower()).strip("[]") for item in split_list(text))


def base_url(text: str) -> str:
    """Parse a base URL: https, or http on loopback; without user, query and final slash."""
    parts = urlsplit(text)
    host = parts.hostname or ""
    _ = parts.port  # raises ValueError unless it is a number
    if not host or parts.username or parts.query or parts.fragment or re.search(r"[\s\x00-\x20\x7f]", text):
        raise ValueError("not a base URL")
    if parts.scheme != "https" and not (parts.scheme == "http" and host in LOOPBACK):
        raise ValueError("https only")
    return text.rstrip("/")


def folder_url(text: str) -> str:
    """Parse a base URL; the result ends in a slash."""
    return base_url(text) + "/"


def instances(text: str) -> Mapping[str, str]:
    """Parse `alias=instance,…`; an item without `=` is its own alias."""
    pairs = {}
    for item in split_list(text):
        alias, separator, instance = item.partition("=")
        pairs[_alias(alias.strip())] = instance_id(instance.strip() if separator else item)
    return pairs


def agents(text: str) -> Mapping[str, str]:
    """Parse `U…=alice@ccc-test,…`: which agent each person is. ValueError for a person who would be two."""
    pairs: dict[str, str] = {}
    for item in split_list(text):
        person, _, agent = item.partition("=")
        known = pairs.setdefault(slack_id(person.strip()), _agent(agent.strip()))
        if known != agent.strip():
            raise ValueError("one person, two agents")
    return pairs


def _agent(text: str) -> str:
    # The login name may be in any script; fillers are letters that show nothing.
    if not re.fullmatch(
        rf"(?:(?!{_SHOWN_AS_NOTHING})[\w.+-]){{1,64}}@[0-9A-Za-z][0-9A-Za-z_.-]{{0,127}}", text
    ):
        raise ValueError("not an agent's id")
    return text


def _alias(text: str) -> str:
    if not re.fullmatch(r"[\w.-]{1,64}", text):
        raise ValueError("not an alias")
    return text


def route_secrets(text: str) -> tuple[RouteSecret, ...]:
    """Parse a comma list of secrets, each of which may be bound: `route:secret`; those for all routes come first.

    ValueError for a weak one, and for one without a route after a bound one: it may be the rest of a secret with a
    comma inside, which would then open every route.
    """
    secrets = tuple(_route_secret(item) for item in split_list(text))
    if not all(is_strong(secret.value) for secret in secrets):
        raise ValueError("a weak secret")
    is_bound = [secret.route is not None for secret in secrets]
    if is_bound != sorted(is_bound):
        raise ValueError("a secret for all routes after a bound one")
    return secrets


def is_strong(secret: str) -> bool:
    """Say whether *secret* has 16 characters that can be seen, half of them letters or digits, and is one itself.

    Separators, quotes and blanks do not count.
    """
    letters, signs = len(re.findall(_LETTERS, secret)), len(re.findall(_SIGNS, secret))
    return (
        letters + signs >= MIN_SECRET_CHARS
        and letters >= MIN_SECRET_LETTERS
        and not stands_for_a_secret(secret)
    )


def stands_for_a_secret(text: str) -> bool:
    """Say whether *text* names a secret, or the place for one, instead of being it."""
    plain = re.sub("[^!-~]|[\"'`]", "", _to_the_eye(text))
    return bool(re.search(_NAMED, plain) or re.fullmatch(_IS_A_GAP, plain))


def is_signing_secret(text: str) -> bool:
    """Say whether *text* can be a signing secret: strong, without blanks inside, and no name of a secret in KMS."""
    stripped = text.strip()
    return is_strong(stripped) and stripped.split() == [stripped] and not mentions_kms(stripped)


def _route_secret(item: str) -> RouteSecret:
    route, separator, value = item.partition(":")
    bound = bool(separator) and route.strip().lower() in ROUTES
    return RouteSecret(value.strip(), route.strip().lower()) if bound else RouteSecret(item)


def references(text: str, *, is_list: bool) -> tuple[str, ...]:
    """Return the names of the KMS secrets in *text*, alone or as items of a list; empty if there are none.

    A value that contains `kms:` is never a secret itself: anyone who knows the name could sign with it. ValueError
    where one is not exactly `kms://name`, however it is quoted, spaced or disguised by invisible characters.
    """
    if not mentions_kms(text):
        return ()
    values = [_route_secret(item).value for item in split_list(text)] if is_list else [text]
    found = [re.fullmatch(REFERENCE, value) for value in values if mentions_kms(value)]
    if None in found or not found:
        raise ValueError("not kms://name")
    return tuple(match[1] for match in found if match)


def mentions_kms(text: str) -> bool:
    """Say whether *text* contains `kms:` or `kms//` to the eye: only letters, digits and these count."""
    plain = re.sub(r"[^0-9a-z:/]", "", _to_the_eye(text).lower().replace("%3a", ":").replace("%2f", "/"))
    return "kms:" in plain.replace("/", "") or "kms//" in plain


def _to_the_eye(text: str) -> str:
    """Return *text* in the plainest characters that look the same; marks on letters stand apart."""
    if text.isascii():
        return text
    from unicodedata import normalize

    return normalize("NFKD", text).translate({0x2236: ":", 0x2215: "/", 0x2044: "/", 0xA789: ":"})


def boolean(text: str) -> bool:
    """Parse `true` or `false`, in any case."""
    if text.lower() not in {"true", "false"}:
        raise ValueError("neither true nor false")
    return text.lower() == "true"


def language(text: str) -> str:
    """Parse `auto`, `en` or `zh-CN`, in any case, with a dash or an underscore."""
    for known in ("auto", "en", "zh-CN"):
        if text.replace("_", "-").casefold() == known.casefold():
            return known
    raise ValueError("not a language")


def channel_language(text: str) -> str:
    """Parse `en` or `zh-CN`, as `language` does: a channel has no language of its own to go by."""
    known = language(text)
    if known == "auto":
        raise ValueError("not a language")
    return known


def time_zone(text: str) -> str:
    """Parse the name of a time zone."""
    from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

    try:
        ZoneInfo(text)
    except (ZoneInfoNotFoundError, OSError, ValueError) as error:
        raise ValueError("not a time zone") from error
    return text


def log_level(text: str) -> str:
    """Parse the name of a level of logging, in any case."""
    if text.upper() not in {"DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL"}:
        raise ValueError("not a level")
    return text.upper()
