"""Asks Slack about people, beside the lookup: the answers are cached, and each caller waits as long as its time allows.

A request under way is finished and its answer cached, even if nobody waits for it; others who need it join it.
Sources: https://docs.slack.dev/reference/methods/users.info, …/usergroups.users.list, …/auth.test
"""

import logging
import re
from collections.abc import Callable, Collection
from contextvars import copy_context
from functools import partial
from threading import Condition, Thread
from typing import TypeVar

from callevents.actor import Actor
from callevents.cache import TTLCache
from callevents.clock import Deadline
from callevents.errors import SlackError, SlackRefused, SlackTokenRefused
from callevents.i18n import language_of
from callevents.slack.api.web_api import SlackApi
from callevents.slack.requests.fields import Installation, flag, install_flag, nested, slack_id, text
from callevents.slack.users.access import Profile, Unavailable
from callevents.slack.users.pending import Pending, PendingFacts, PendingMembership

# How long one request to Slack may take; who waits for it decides for how long.
REQUEST_TIMEOUT_SECONDS = 15.0
PROFILE_SECONDS = 3600.0
GROUP_SECONDS = 300.0
INSTALLATION_SECONDS = 3600.0
# The bot token lacks a scope: the facts cannot be known, and a retry will not help.
_NO_SCOPE = frozenset({"missing_scope", "not_allowed_token_type", "no_permission"})
_NO_GROUP = frozenset({"no_such_subteam", "subteam_not_found"})
_MAX_WORKSPACES = 1000
_OWN = "own"  # the one installation that a bot token belongs to
_ZONE = r"[A-Za-z][0-9A-Za-z_+/-]{1,60}"

_log = logging.getLogger(__name__)

T = TypeVar("T")


class UserDirectory:
    """Asks Slack once per person and hour, and once per group and five minutes, in an instance of the function."""

    def __init__(self) -> None:
        self._profiles: TTLCache[Profile | Unavailable] = TTLCache(PROFILE_SECONDS)
        self._groups: TTLCache[frozenset[str] | Unavailable] = TTLCache(GROUP_SECONDS)
        self._installations: TTLCache[Installation | Unavailable] = TTLCache(INSTALLATION_SECONDS, limit=1)
        self._changed = Condition()
        self._asked_installations: dict[str, Pending[Installation]] = {}
        self._asked_profiles: dict[str, Pending[Profile]] = {}
        self._asked_groups: dict[str, Pending[frozenset[str]]] = {}

    def installation(
        self, api: Callable[[], SlackApi], clock: Callable[[], float], deadline: Deadline
    ) -> Installation | Unavailable:
        """Return where the app of the bot token is installed, waiting for Slack's answer until *deadline*."""
        ready = api()
        patience = Deadline.after(REQUEST_TIMEOUT_SECONDS, clock)
        request = partial(_read_installation, ready, patience)
        cache, asked = self._installations, self._asked_installations
        return self._ask(cache, asked, _OWN, request, patience).wait(deadline)

    def ask(
        self,
        actor: Actor,
        groups: Collection[str],
        api: Callable[[], SlackApi] | None,
        clock: Callable[[], float],
        reveal: Collection[str] = (),
        *,
        search: Collection[str] = (),
        when_unknowable: Unavailable = "unknowable",
    ) -> PendingFacts:
        """Start the requests for what is not cached, and return at once; *api* is None where there is no bot token.

        Without a token the facts are *when_unknowable*. Members of *groups* may look up calls, members of *reveal* may
        see full numbers, members of *search* may find calls.
        """
        # Called before the deadline starts: on a cold start it loads the HTTP client.
        ready = None if api is None else api()
        deadline = Deadline.after(REQUEST_TIMEOUT_SECONDS, clock)
        if ready is None or not actor.user:
            missing: Unavailable = when_unknowable if ready is None else "failed"
            unknown: Pending[frozenset[str]] = Pending(self._changed, deadline, missing)
            return PendingFacts(
                Pending(self._changed, deadline, missing),
                PendingMembership(actor.user, (unknown,) if groups else ()),
                PendingMembership(actor.user, (unknown,) if reveal else ()),
                PendingMembership(actor.user, (unknown,) if search else ()),
            )

        key, profile = f"{actor.team} {actor.user}", partial(_profile, ready, actor.user, deadline)
        membership = partial(self._membership, actor.user, api=ready, deadline=deadline)
        return PendingFacts(
            self._ask(self._profiles, self._asked_profiles, key, profile, deadline),
            membership(groups),
            membership(reveal),
            membership(search),
        )

    def _membership(
        self, user: str, wanted: Collection[str], *, api: SlackApi, deadline: Deadline
    ) -> PendingMembership:
        """Return whether *user* is in one of the groups *wanted*, asking for those that are not cached."""
        if not wanted:
            return PendingMembership(user, ())
        cached = [self._groups.get(group, deadline.clock()) for group in wanted]
        known = next((each for each in cached if each and user in each), None)
        if known is not None:
            return PendingMembership(user, (Pending(self._changed, deadline, known),))
        asked = [
            self._ask(
                self._groups, self._asked_groups, group, partial(_members, api, group, deadline), deadline
            )
            for group in sorted(wanted)
        ]
        return PendingMembership(user, tuple(asked))

    def _ask(
        self,
        cache: "TTLCache[T | Unavailable]",
        under_way: "dict[str, Pending[T]]",
        key: str,
        request: "Callable[[], T | Unavailable]",
        deadline: Deadline,
    ) -> "Pending[T]":
        """Return the cached answer, the request for *key* that is under way, or a new one."""
        with self._changed:
            cached = cache.get(key, deadline.clock())
            if cached is not None:
                return Pending(self._changed, deadline, cached)
            pending = under_way.get(key)
            # One that is overdue was lost, as when the platform froze the instance meanwhile.
            if pending is not None and pending.deadline.remaining() > 0:
                return pending
            pending = under_way[key] = Pending(self._changed, deadline)

        def run() -> None:
            result, keeps = _answer_to(request)
            with self._changed:
                if keeps:
                    cache.put(key, result, deadline.clock())
                if under_way.get(key) is pending:
                    del under_way[key]
                pending.value, pending.done = result, True
                self._changed.notify_all()

        # Run in the request's context, so that this thread's log lines carry its id.
        Thread(target=copy_context().run, args=(run,), name="people", daemon=True).start()
        return pending


def _answer_to(request: "Callable[[], T | Unavailable]") -> "tuple[T | Unavailable, bool]":
    """Return the answer to *request*, or why there is none, and whether it is kept. Never raises."""
    try:
        answer = request()
    except SlackError as error:
        if isinstance(error, SlackTokenRefused):  # nothing else may be asked of Slack in this request
            _log.error("bot token refused", extra={"code": error.code, "reason": error.reason})
        reason = _unavailable(error)
        return reason, reason == "unknowable"
    except Exception as error:  # noqa: BLE001 - nobody catches anything in this thread
        _log.error("user lookup failed", extra={"code": "people"}, exc_info=error)
        return "failed", False
    return answer, answer != "failed"


def _profile(api: SlackApi, user: str, deadline: Deadline) -> Profile | Unavailable:
    payload = {"user": user, "include_locale": True}
    return _read_profile(nested(api.call("users.info", payload, deadline).data, "user"))


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


def _read_installation(api: SlackApi, deadline: Deadline) -> Installation | Unavailable:
    data = api.call("auth.test", {}, deadline).data
    installed = Installation(slack_id(data, "team_id"), slack_id(data, "enterprise_id"), install_flag(data))
    return installed if installed.workspace or installed.enterprise else "failed"


def _unavailable(error: SlackError) -> Unavailable:
    """Return why there is no answer: Slack refused the question, or has not answered it yet."""
    if not isinstance(error, SlackRefused):
        return "unanswered"
    return "unknowable" if error.reason in _NO_SCOPE else "failed"


def _read_profile(user: object) -> Profile | Unavailable:
    if not isinstance(user, dict) or not user:
        return "failed"
    guest_flags = ("is_restricted", "is_ultra_restricted", "is_stranger")
    zone = text(user, "tz", 100)
    organisation = nested(user, "enterprise_user")
    teams = organisation.get("teams")
    listed = (
        [each for each in teams[:_MAX_WORKSPACES] if isinstance(each, str)] if isinstance(teams, list) else []
    )
    return Profile(
        guest=any(flag(user, name) for name in guest_flags),
        language=language_of(text(user, "locale", 20)),
        zone=zone if re.fullmatch(_ZONE, zone, re.ASCII) else None,
        enterprise=slack_id(organisation, "enterprise_id"),
        workspaces=frozenset({slack_id(user, "team_id"), *listed} - {""}),
        active=not flag(user, "deleted"),
    )
