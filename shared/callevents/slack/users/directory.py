"""What Slack knows of the people who ask: gathered beside the lookup, kept for a while, never waited for long.

Sources: https://docs.slack.dev/reference/methods/users.info, …/usergroups.users.list
"""

import logging
import re
from collections.abc import Callable, Collection
from contextvars import copy_context
from threading import Thread
from typing import Generic, NamedTuple, TypeVar

from callevents.actor import Actor
from callevents.cache import TTLCache
from callevents.clock import Deadline
from callevents.errors import SlackError, SlackRefused
from callevents.i18n import language_of
from callevents.slack.api.web_api import SlackApi
from callevents.slack.requests.fields import flag, nested, slack_id, text
from callevents.slack.users.access import Facts, Profile, Unavailable

PATIENCE = 0.5
PROFILE_SECONDS = 3600.0
GROUP_SECONDS = 300.0
# The token may not ask this: nobody can know, and asking again will not help.
_NO_RIGHT = frozenset({"missing_scope", "not_allowed_token_type", "no_permission"})
_NO_GROUP = frozenset({"no_such_subteam", "subteam_not_found"})
_ZONE = re.compile(r"[A-Za-z][0-9A-Za-z_+/-]{1,60}", re.ASCII)

_log = logging.getLogger(__name__)

T = TypeVar("T")


class _Pending(Generic[T]):
    """A question that a thread of its own asks; `value` is its answer once the thread has ended."""

    def __init__(self, deadline: Deadline, value: T) -> None:
        self.deadline = deadline
        self.value = value
        self.thread: Thread | None = None

    def start(self, ask: Callable[[], T]) -> None:
        def run() -> None:
            try:
                self.value = ask()
            except Exception as error:  # noqa: BLE001 - nobody would see it here: the answer stays "failed"
                _log.error("asking Slack about a person failed", extra={"code": "people"}, exc_info=error)

        # In the request's own context: its id stands in the lines of this thread, too.
        self.thread = Thread(target=copy_context().run, args=(run,), name="people", daemon=True)
        self.thread.start()

    def wait(self) -> T:
        if self.thread is not None:
            self.thread.join(self.deadline.remaining())
        return self.value


class PendingFacts(NamedTuple):
    """Questions under way."""

    profile: _Pending[Profile | Unavailable]
    member: _Pending[bool | Unavailable | None]
    reveal: _Pending[bool | Unavailable | None]

    def facts(self) -> Facts:
        """Wait for the answers, half a second after they were asked for at the most, and return them."""
        return Facts(self.profile.wait(), self.member.wait(), self.reveal.wait())


class UserDirectory:
    """Asks Slack about people: once per person and hour, once per group and five minutes, in an instance."""

    def __init__(self) -> None:
        self._profiles: TTLCache[Profile | Unavailable] = TTLCache(PROFILE_SECONDS)
        self._groups: TTLCache[frozenset[str]] = TTLCache(GROUP_SECONDS)

    def ask(
        self,
        actor: Actor,
        groups: Collection[str],
        api: Callable[[], SlackApi] | None,
        clock: Callable[[], float],
        reveal: Collection[str] = (),
        *,
        without: Unavailable = "unknowable",
    ) -> PendingFacts:
        """Start asking what is not known yet, and return at once; *api* is None where there is no bot token.

        *without* says what that means: that nobody can know, or that it could not be told this time.
        *groups* may ask, the members of those in *reveal* may see full numbers.
        """
        # What *api* loads on a cold start is not Slack's time.
        ready = None if api is None else api()
        deadline = Deadline.after(PATIENCE, clock)
        profile: _Pending[Profile | Unavailable] = _Pending(deadline, "unknowable")
        if ready is None or not actor.user:
            gap: Unavailable = without if ready is None else "failed"
            closed = [
                _Pending[bool | Unavailable | None](deadline, gap if each else None)
                for each in (groups, reveal)
            ]
            return PendingFacts(_Pending(deadline, gap), *closed)
        key, now = f"{actor.team} {actor.user}", clock()
        kept = self._profiles.get(key, now)
        profile.value = kept if kept is not None else "failed"
        if kept is None:
            profile.start(lambda: self._profile(key, actor.user, ready, deadline))
        return PendingFacts(
            profile,
            self._asked_member(actor.user, groups, ready, deadline),
            self._asked_member(actor.user, reveal, ready, deadline),
        )

    def _asked_member(
        self, user: str, groups: Collection[str], api: SlackApi, deadline: Deadline
    ) -> _Pending[bool | Unavailable | None]:
        member: _Pending[bool | Unavailable | None] = _Pending(deadline, None)
        if groups:
            member.value = self._known_member(user, groups, deadline.clock())
            if member.value == "failed":
                member.start(lambda: self._member(user, groups, api, deadline))
        return member

    def _profile(self, key: str, user: str, api: SlackApi, deadline: Deadline) -> Profile | Unavailable:
        profile: Profile | Unavailable
        try:
            answer = api.call("users.info", {"user": user, "include_locale": True}, deadline)
        except SlackError as error:
            profile = _gap(error)
        else:
            profile = _read_profile(nested(answer.data, "user"))
        if profile != "failed":
            self._profiles.put(key, profile, deadline.clock())
        return profile

    def _known_member(self, user: str, groups: Collection[str], now: float) -> bool | Unavailable:
        """Return whether *user* is in one of *groups*; "failed" where what is kept does not tell."""
        kept = [self._groups.get(group, now) for group in groups]
        if any(members is not None and user in members for members in kept):
            return True
        return "failed" if None in kept else False

    def _member(
        self, user: str, groups: Collection[str], api: SlackApi, deadline: Deadline
    ) -> bool | Unavailable:
        result: bool | Unavailable = False
        for group in sorted(groups):
            members = self._groups.get(group, deadline.clock())
            if members is None:
                try:
                    members = _members(api, group, deadline)
                except SlackError as error:
                    result = _gap(error)
                    continue
                self._groups.put(group, members, deadline.clock())
            if user in members:
                return True
        return result


def _members(api: SlackApi, group: str, deadline: Deadline) -> frozenset[str]:
    """Return who is in *group*; nobody where there is no such group: asking again would not help."""
    try:
        answer = api.call("usergroups.users.list", {"usergroup": group}, deadline)
    except SlackRefused as error:
        if error.reason not in _NO_GROUP:
            raise
        _log.warning("there is no user group %s", group, extra={"code": "no_group"})
        return frozenset()
    listed = answer.data.get("users")
    return (
        frozenset(item for item in listed if isinstance(item, str))
        if isinstance(listed, list)
        else frozenset()
    )


def _gap(error: SlackError) -> Unavailable:
    return "unknowable" if isinstance(error, SlackRefused) and error.reason in _NO_RIGHT else "failed"


def _read_profile(user: object) -> Profile | Unavailable:
    if not isinstance(user, dict) or not user:
        return "failed"
    outside = ("is_restricted", "is_ultra_restricted", "is_stranger")
    zone = text(user, "tz", 100)
    return Profile(
        guest=any(flag(user, word) for word in outside),
        language=language_of(text(user, "locale", 20)),
        zone=zone if _ZONE.fullmatch(zone) else None,
        enterprise=slack_id(nested(user, "enterprise_user"), "enterprise_id"),
    )
