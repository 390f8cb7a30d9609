"""Tests for callevents.slack.lookups.authorization: what a lookup's facts allow, and what Slack may still say."""

import pytest

from callevents.actor import Actor
from callevents.settings.model import Settings
from callevents.slack.lookups.authorization import authorize_lookup
from callevents.slack.lookups.operation import Kind, Operation
from callevents.slack.lookups.request import LookupRequest
from callevents.slack.messages.denials import Denial
from callevents.slack.users.access import PersonFacts, Profile

MEMBER = Profile(guest=False, language="en", zone=None)
SETTINGS = Settings(full_numbers_usergroups=frozenset({"S1"}))


def request(kind: Kind) -> LookupRequest:
    actor = Actor(user="U1", team="T1", belonging="inside")
    return LookupRequest(("job-1234",), "ccc-test", actor, kind, ("1.2.abc",), 0.0, operation=Operation(kind))


@pytest.mark.parametrize(
    ("kind", "facts", "early", "denial", "later"),
    [
        ("answer", PersonFacts(MEMBER), None, None, False),
        ("answer", PersonFacts("unanswered"), None, "unchecked", True),
        ("answer", PersonFacts("failed"), None, "unchecked", False),
        ("answer", PersonFacts(MEMBER, reveal="unanswered"), None, None, False),
        ("reveal", PersonFacts(MEMBER, reveal=True), None, None, False),
        ("reveal", PersonFacts(MEMBER, reveal=False), None, "reveal", False),
        ("reveal", PersonFacts(MEMBER, reveal="unanswered"), None, "reveal_unchecked", True),
        ("reveal", PersonFacts(MEMBER, reveal="failed"), None, "reveal_unchecked", False),
        # Nothing was looked up: facts that come later do not turn the denial into an answer.
        ("answer", PersonFacts(MEMBER), "unchecked", "unchecked", False),
        ("reveal", PersonFacts(MEMBER, reveal=True), "reveal_unchecked", "reveal_unchecked", False),
    ],
)
def test_facts_decide_and_an_early_denial_stands(
    kind: Kind, facts: PersonFacts, early: Denial | None, denial: Denial | None, later: bool
) -> None:
    authorization = authorize_lookup(SETTINGS, request(kind), facts, early)

    assert (authorization.denial, authorization.may_know_later) == (denial, later)
