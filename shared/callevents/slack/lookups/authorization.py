"""Decides what a person may do: before a lookup, with what is known by then, and after it, with all the facts."""

from typing import TYPE_CHECKING, NamedTuple

from callevents.actor import Actor
from callevents.clock import Deadline
from callevents.report.viewer import Viewer
from callevents.settings.model import Settings
from callevents.slack.lookups.request import LookupRequest
from callevents.slack.users.access import (
    PersonFacts,
    denial,
    early_denial,
    groups_to_ask,
    may_know_later,
    may_reveal,
    viewer_of,
)
from callevents.slack.users.pending import PendingFacts

if TYPE_CHECKING:
    from callevents.slack.messages.denials import Denial


class Authorization(NamedTuple):
    """Whether a person may do what they ask for and see full numbers, and how to write to them.

    `may_know_later` says that they are denied only because Slack has not answered yet: the worker may ask again.
    """

    viewer: Viewer
    facts: PersonFacts
    denial: "Denial | None"
    may_reveal: bool
    may_know_later: bool


def authorize(settings: Settings, actor: Actor, facts: PersonFacts) -> Authorization:
    """Return what *facts* allow the person to do."""
    reason = denial(settings, actor, facts)
    return Authorization(
        viewer=viewer_of(settings, facts),
        facts=facts,
        denial=reason,
        may_reveal=may_reveal(settings, actor, facts),
        may_know_later=may_know_later(settings, actor, facts, reason),
    )


def authorize_lookup(
    settings: Settings, request: LookupRequest, facts: PersonFacts, early: "Denial | None"
) -> Authorization:
    """Return what *facts* allow the person who sent *request*; a denial before the lookup (*early*) stands."""
    authorization = authorize(settings, request.actor, facts)
    reason = early or authorization.denial or _reveal_denial(settings, request, facts)
    reveal_later = reason == "reveal_unchecked" and facts.reveal == "unanswered"
    return authorization._replace(denial=reason, may_know_later=authorization.may_know_later or reveal_later)


def deny_before_lookup(
    settings: Settings, request: LookupRequest, pending: PendingFacts, deadline: Deadline
) -> "Denial | None":
    """Return why nothing is looked up; wait for the facts only where outsiders must not cause a lookup."""
    actor = request.actor
    reason = early_denial(settings, actor)
    if reason is not None:
        return reason
    if actor.belonging in {"elsewhere", "unknown"} or request.operation.kind == "reveal":
        facts = pending.facts(deadline)
        return denial(settings, actor, facts) or _reveal_denial(settings, request, facts)
    if groups_to_ask(settings, actor):
        return denial(settings, actor, PersonFacts(member=pending.member.wait(deadline)))
    return None


def _reveal_denial(settings: Settings, request: LookupRequest, facts: PersonFacts) -> "Denial | None":
    """Return why the person may not see full numbers, None where they may or did not ask for them."""
    if request.operation.kind != "reveal" or may_reveal(settings, request.actor, facts):
        return None
    return "reveal_unchecked" if facts.reveal in {"failed", "unanswered"} else "reveal"


def missing_answers(request: LookupRequest, authorization: Authorization) -> tuple[str, ...]:
    """Return what the person's own answer to *request* lacks because Slack did not answer."""
    operation, facts, lost = request.operation, authorization.facts, {"failed", "unanswered"}
    if operation.for_all or operation.kind not in {"answer", "refresh"}:
        return ()
    language = ["language"] if facts.profile in lost else []
    return (*language, *(["reveal"] if facts.reveal in lost and not operation.offers_reveal else []))
