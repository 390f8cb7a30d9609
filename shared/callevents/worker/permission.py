"""Asks Slack again whether a person may look up calls: the slack function had no time to wait for the answer."""

from typing import NamedTuple

from callevents.actor import Actor
from callevents.clock import Deadline
from callevents.errors import PermissionUnchecked
from callevents.invocation import Invocation
from callevents.report.viewer import Viewer
from callevents.retry import Backoff, retry
from callevents.slack.lookups.operation import Kind
from callevents.slack.lookups.resources import SlackResources
from callevents.slack.messages.denials import Denial
from callevents.slack.users.access import (
    denial,
    may_know_later,
    may_reveal,
    may_search_later,
    search_denial,
    viewer_of,
)

# Nothing is spread by jitter: one worker asks about one person.
_BACKOFF = Backoff(initial=1.0, maximum=8.0)


class Permission(NamedTuple):
    """Whether a person may have the answer they asked for, whether full numbers, and how to write to them."""

    viewer: Viewer
    denial: Denial | None
    may_reveal: bool


def check_permission(
    actor: Actor, kind: Kind, resources: SlackResources, invocation: Invocation, deadline: Deadline
) -> Permission:
    """Return what *actor* may do; raise PermissionUnchecked where Slack does not say so before *deadline*."""
    settings = resources.settings

    def attempt() -> Permission:
        facts = resources.ask_about(actor, invocation).facts(deadline)
        reveals = may_reveal(settings, actor, facts)
        lacks_reveal = kind == "reveal" and not reveals
        reason = denial(settings, actor, facts)
        if may_know_later(settings, actor, facts, reason) or (lacks_reveal and facts.reveal == "unanswered"):
            raise PermissionUnchecked
        if reason is None and lacks_reveal:
            reason = "reveal_unchecked" if facts.reveal == "failed" else "reveal"
        return Permission(viewer_of(settings, facts), reason, reveals)

    return retry(attempt, wait=_wait, deadline=deadline, sleep=invocation.clocks.sleep)


def check_search_permission(
    actor: Actor, resources: SlackResources, invocation: Invocation, deadline: Deadline, *, own: bool
) -> tuple[Viewer, Denial | None]:
    """Return how to write to *actor*, and why they may not find calls; raise as `check_permission` does."""
    settings = resources.settings

    def attempt() -> tuple[Viewer, Denial | None]:
        facts = resources.ask_about(actor, invocation, search=True).facts(deadline)
        if may_search_later(settings, actor, facts, own=own):
            raise PermissionUnchecked
        return viewer_of(settings, facts), search_denial(settings, actor, facts, own=own)

    return retry(attempt, wait=_wait, deadline=deadline, sleep=invocation.clocks.sleep)


def _wait(error: Exception, failed: int) -> float | None:
    return _BACKOFF.seconds(failed, random=lambda: 0.0) if isinstance(error, PermissionUnchecked) else None
