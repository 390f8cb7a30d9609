"""The sample calls that no vendor's page documents: each shows what its name says.

The documented ones are in tests/calls/test_samples.py with all their facts.
"""

import json
from collections.abc import Sequence

import pytest

from callevents.calls.job_ids import find_job_ids
from callevents.calls.model import CallSummary, NotificationRecord
from callevents.calls.records.timestamps import iso
from callevents.calls.summary import summarise
from callevents_sandbox.fixtures.recent import recent_calls, recent_id
from callevents_sandbox.fixtures.samples import Record, Sample, sample, samples

DOCUMENTED = 22
# name | outcome | answered by | ended by | seconds of talk | warnings | phases: name, seconds, agents
CALLS = """
transfer-outside | answered | alice | customer | 115.0 | |
    ivr 8.0, queue 6.0, wait 0.05, ring 4.95 alice, talk 40.0 alice, wait 3.0, ring 6.0, talk 75.0
forwarded-by-the-menu | answered | - | - | 90.0 | | ivr 14.0, ring 6.0, talk 90.0, wait 0.1
parked | answered | alice | customer | 95.0 | |
    ivr 8.0, queue 6.0, wait 0.05, ring 4.95 alice, talk 30.0 alice, hold 15.0 alice, hold 30.0, talk 50.0 bob
ring-all | answered | bob | agent | 46.0 | | ivr 6.0, queue 3.0, ring 5.0 alice+bob+carol, talk 46.0 bob, wait 0.1
conference | answered | alice | customer | 116.0 | |
    ivr 8.0, queue 6.0, wait 0.05, ring 4.95 alice, talk 26.0 alice, talk 60.0 alice+bob, talk 30.0 bob
consult-on-hold | answered | alice | customer | 140.0 | |
    ivr 8.0, queue 6.0, wait 0.05, ring 4.95 alice, talk 50.0 alice, hold 7.0 alice, hold 23.0 alice+bob, talk 60.0 bob
predictive | answered | alice | customer | 60.0 | |
    wait 2.0, ring 10.0, wait 0.2, queue 2.8, wait 0.1, ring 1.9 alice, talk 60.0 alice
predictive-nobody-picks-up | no_answer | - | system | - | | wait 2.0, ring 40.0
predictive-no-agent-free | abandoned_in_queue | - | customer | - | | wait 2.0, ring 8.0, wait 0.2, queue 14.8
back-to-back-second-does-not-answer | no_answer | - | system | - | | wait 1.0, ring 7.0, wait 1.0, ring 40.0, wait 0.1
rerouted | answered | dave | agent | 36.0 | | ivr 5.0, queue 45.1, wait 0.1, ring 3.8 dave, talk 36.0 dave, wait 0.1
second-agent-answers | answered | bob | customer | 30.0 | |
    ivr 5.0, queue 3.0, wait 0.1, ring 30.1 alice, wait 0.3, queue 6.0, wait 0.1, ring 3.4 bob, talk 30.0 bob
busy | busy | - | customer | - | | wait 6.0
contradictory | answered | alice | customer | 30.0 | contradictory |
    ivr 8.0, queue 6.0, wait 0.05, ring 4.95 alice, talk 30.0 alice
few-event-types | unknown | - | customer | - | | ivr 8.0, unknown 82.1
in-progress | in_progress | alice | - | - | incomplete |
    ivr 8.0, queue 6.0, wait 0.05, ring 4.95 alice, talk - alice
over-midnight | answered | alice | agent | 61.0 | |
    ivr 8.0, queue 6.0, wait 0.05, ring 4.95 alice, talk 61.0 alice, wait 0.1
over-summer-time | answered | alice | customer | 45.0 | |
    ivr 8.0, queue 6.0, wait 0.05, ring 4.95 alice, talk 45.0 alice
damaged-records | answered | alice | customer | 25.0 | unreadable_record duplicates |
    ivr 8.0, queue 6.0, wait 0.05, ring 4.95 alice, talk 25.0 alice
"""
ROWS = [
    [cell.strip() for cell in line.split("|")] for line in CALLS.strip().replace("|\n   ", "|").splitlines()
]


def summary(given: Sample) -> CallSummary:
    return summarised(given.records)


def summarised(given: Sequence[Record]) -> CallSummary:
    records = [NotificationRecord(*record) for record in (map(str, r.document().values()) for r in given)]
    return summarise(given[0].notification_key, "ccc-test", records)


def shown(value: object) -> str:
    return "-" if value is None else str(value).removesuffix("@ccc-test")


def test_each_has_its_row() -> None:
    assert [row[0] for row in ROWS] == [each.name for each in samples()[DOCUMENTED:]]


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row[0])
def test_each_is_what_it_is_called(row: list[str]) -> None:
    found = summary(sample(row[0]))

    journey = ", ".join(
        " ".join(filter(None, (each.phase, shown(each.seconds), "+".join(map(shown, each.agents)))))
        for each in found.journey
    )
    facts = (found.outcome, found.answered_by, found.ended_by, found.talk_seconds)
    assert [row[0], *map(shown, facts), " ".join(found.warnings), journey] == row


def test_who_the_outside_party_is_stays_known() -> None:
    sides = {
        name: [each.side for each in summary(sample(name)).legs]
        for name in ("transfer-outside", "forwarded-by-the-menu")
    }

    assert sides == {
        "transfer-outside": ["customer", "agent", "outside"],
        "forwarded-by-the-menu": ["customer", "outside"],
    }


def test_their_contents_are_as_the_service_sends_them() -> None:
    contents = [
        json.loads(record.content)
        for each in samples()[DOCUMENTED:-1]  # the last one has a record that cannot be read
        for record in each.records
        if (record.instance_id, record.notification_key) == ("ccc-test", each.job_id)
    ]

    assert len(contents) == sum(len(each.records) for each in samples()[DOCUMENTED:-1])
    assert all({"eventTime", "eventType", "instanceId"} <= each.keys() for each in contents)


def test_they_came_in_again_during_the_last_hours() -> None:
    now = 1_800_000_000.0
    again = list(recent_calls(now))

    assert len(again) == len(samples())
    # Under an id of its own: else one lookup would find the two calls as one.
    assert not {recent_id(each) for each in samples()} & {each.job_id for each in samples()}
    began = []
    for each, records in zip(samples(), again, strict=True):
        old, new = summary(each), summarised(records)
        assert find_job_ids(new.job_id) == [new.job_id] == [recent_id(each)]
        assert (new.outcome, new.talk_seconds, new.journey and new.journey[0].seconds) == (
            old.outcome,
            old.talk_seconds,
            old.journey and old.journey[0].seconds,
        )
        assert new.started_at is not None
        assert old.started_at is not None
        began.append(new.started_at)
    assert began == sorted(began, reverse=True)
    assert iso(began[0]) < "2027-01-15T08:00:00Z"  # that is *now*
