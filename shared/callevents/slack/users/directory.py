"""Asks Slack about people, beside the lookup: the answers are cached, and waited for only briefly.

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

TIMEOUT_SECONDS = 0.5
PROFILE_SECONDS = 3600.0
GROUP_SECONDS = 300.0
# The bot token lacks a scope: the facts cannot be known, and a retry will not help.
_NO_SCOPE = frozenset({"missing_scope", "not_allowed_token_type", "no_permission"})
_NO_GROUP = frozenset({"no_such_subteam", "subteam_not_found"})
_ZONE = r"[A-Za-z][0-9A-Za-z_+/-]{1,60}"

_log = logging.getLogger(__name__)

T = TypeVar("T")


class _Pending(Generic[T]):
    """A request in a thread of its own; `value` is its result once the thread has ended."""

    def __init__(self, deadline: Deadline, value: T) -> None:
        self.deadline = deadline
        self.value = value
        self.thread: Thread | None = None

    def start(self, ask: Callable[[], T]) -> None:
        def run() -> None:
            try:
                self.value = ask()
            except Exception as error:  # noqa: BLE001 - nobody waits in this thread: the value stays "failed"
                _log.error("user lookup failed", extra={"code": "people"}, exc_info=error)

        # Run in the request's context, so that this thread's log lines carry its id.
        self.thread = Thread(target=copy_context().run, args=(run,), name="people", daemon=True)
        self.thread.start()

    def wait(self) -> T:
        if self.thread is not None:
            self.thread.join(self.deadline.remaining())
        return self.value


class PendingFacts(NamedTuple):
    """Facts that Slack is being asked for."""

    profile: _Pending[Profile | Unavailable]
    member: _Pending[bool | Unavailable | None]
    reveal: _Pending[bool | Unavailable | None]

    def facts(self) -> Facts:
        """Wait for the facts, until half a second after the requests began, and return them."""
        return Facts(self.profile.wait(), self.member.wait(), self.reveal.wait())


class UserDirectory:
    """Asks Slack once per person and hour, and once per group and five minutes, in an instance of the function."""

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
        when_unknowable: Unavailable = "unknowable",
    ) -> PendingFacts:
        """Start the requests for what is not cached, and return at once; *api* is None where there is no bot token.

        Without a token the facts are *when_unknowable*. Members of *groups* may look up calls, members of *reveal* may
        see full numbers.
        """
        # Called before the deadline starts: on a cold start it loads the HTTP client.
        ready = None if api is None else api()
        deadline = Deadline.after(TIMEOUT_SECONDS, clock)
        profile: _Pending[Profile | Unavailable] = _Pending(deadline, "unknowable")
        if ready is None or not actor.user:
            missing: Unavailable = when_unknowable if ready is None else "failed"
            member: _Pending[bool | Unavailable | None] = _Pending(deadline, missing if groups else None)
            revealed: _Pending[bool | Unavailable | None] = _Pending(deadline, missing if reveal else None)
            return PendingFacts(_Pending(deadline, missing), member, revealed)
        key, now = f"{actor.team} {actor.user}", clock()
        cached = self._profiles.get(key, now)
        profile.value = cached if cached is not None else "failed"
        if cached is None:
            profile.start(lambda: self._profile(key, actor.user, ready, deadline))
        return PendingFacts(
            profile,
            self._pending_membership(actor.user, groups, ready, deadline),
            self._pending_membership(actor.user, reveal, ready, deadline),
        )

    def _pending_membership(
        self, user: str, groups: Collection[str], api: SlackApi, deadline: Deadline
    ) -> _Pending[bool | Unavailable | None]:
        member: _Pending[bool | Unavailable | None] = _Pending(deadline, None)
        if groups:
            member.value = self._cached_membership(user, groups, deadline.clock())
            if member.value == "failed":
                member.start(lambda: self._membership(user, groups, api, deadline))
        return member

    def _profile(self, key: str, user: str, api: SlackApi, deadline: Deadline) -> Profile | Unavailable:
        profile: Profile | Unavailable
        try:
            answer = api.call("users.info", {"user": user, "include_locale": True}, deadline)
        except SlackError as error:
            profile = _unavailable(error)
        else:
            profile = _read_profile(nested(answer.data, "user"))
        if profile != "failed":
            self._profiles.put(key, profile, deadline.clock())
        return profile

    def _cached_membership(self, user: str, groups: Collection[str], now: float) -> bool | Unavailable:
        """Return whether *user* is in one of *groups*; "failed" where the cache cannot say."""
        cached = [self._groups.get(group, now) for group in groups]
        if any(members is not None and user in members for members in cached):
            return True
        return "failed" if None in cached else False

    def _membership(
        self, user: str, groups: Collection[str], api: SlackApi, deadline: Deadline
    ) -> bool | Unavailable:
        result: bool | Unavailable = False
        for group in sorted(groups):
            members = self._groups.get(group, deadline.clock())
            if members is None:
                try:
                    members = _members(api, group, deadline)
                except SlackError as error:
                    result = _unavailable(error)
                    continue
                self._groups.put(group, members, deadline.clock())
            if user in members:
                return True
        return result


def _members(api: SlackApi, group: str, deadline: Deadline) -> frozenset[str]:
    """Return the members of *group*, none for an unknown group: a retry would not help."""
    try:
        answer = api.call("usergroups.users.list", {"usergroup": group}, deadline)
    except SlackRefused as error:
        if error.reason not in _NO_GROUP:
            raise
        _log.warning("user group not found: %s", group, extra={"code": "no_group"})
        return frozenset()
    listed = answer.data.get("users")
    return (
        frozenset(item for item in listed if isinstance(item, str))
        if isinstance(listed, list)
        else frozenset()
    )


def _unavailable(error: SlackError) -> Unavailable:
    return "unknowable" if isinstance(error, SlackRefused) and error.reason in _NO_SCOPE else "failed"


def _read_profile(user: object) -> Profile | Unavailable:
    if not isinstance(user, dict) or not user:
        return "failed"
    guest_flags = ("is_restricted", "is_ultra_restricted", "is_stranger")
    zone = text(user, "tz", 100)
    return Profile(
        guest=any(flag(user, name) for name in guest_flags),
        language=language_of(text(user, "locale", 20)),
        zone=zone if re.fullmatch(_ZONE, zone, re.ASCII) else None,
        enterprise=slack_id(nested(user, "enterprise_user"), "enterprise_id"),
    )
