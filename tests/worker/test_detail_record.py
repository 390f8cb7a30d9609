"""The worker's lookups of calls without notification records: handed over ones, and those of an alert."""

import json
from typing import Any

import pytest

from callevents_sandbox.server.faults import Fault
from callevents_sandbox.slack import Posted

THREE = ["ListNotificationRecords", "GetCallDetailRecord", "ListCallDetailRecordsV2"]


@pytest.fixture(name="job")
def _job(worker_env: Any) -> str:
    job: str = worker_env.job("inbound-ivr")
    worker_env.fail_center("no_records")
    return job


def asked(worker_env: Any) -> list[str]:
    return [each.action for each in worker_env.center.asked]


def test_a_lookup_that_was_handed_over_is_answered_from_the_detail_record(
    worker_env: Any, job: str, promise: Posted
) -> None:
    worker_env.deliver(worker_env.command(job, response_url=worker_env.response_url(promise)))

    assert asked(worker_env) == THREE
    assert f"Call {job}: Answered by alice" in promise.text
    assert "This comes from its call detail record" in json.dumps(promise.blocks)


def test_an_alerts_card_is_answered_from_it(worker_env: Any, job: str) -> None:
    worker_env.deliver(worker_env.alert(jobs=(job,)))

    (card,) = worker_env.cards
    assert asked(worker_env) == THREE
    assert f"Call {job}: Answered by alice" in card.text
    assert "This comes from its call detail record" in json.dumps(card.blocks)


def test_several_calls_of_an_alert_say_which_come_from_it(worker_env: Any, job: str) -> None:
    worker_env.deliver(worker_env.alert(jobs=(job, worker_env.job("queue-timeout"))))

    (card,) = worker_env.cards
    assert asked(worker_env) == [*THREE[:2], *THREE[1:]]
    assert "2 calls: 1 answered, 1 not answered" in card.text
    assert "No. 1, 2: There are no notification records" in json.dumps(card.blocks)


@pytest.mark.parametrize(
    ("fault", "sentence"),
    [
        ("no_permission", "not allowed to read its call detail record"),
        ("unavailable", "could not be read"),
        ("reset", "could not be read"),
    ],
)
def test_whatever_fails_the_card_is_posted(worker_env: Any, job: str, fault: str, sentence: str) -> None:
    worker_env.center.faults.add(Fault(fault, times=None, match="GetCallDetailRecord"))

    worker_env.deliver(worker_env.alert(jobs=(job,)))

    (card,) = worker_env.cards
    assert f"Call {job}: No records found" in card.text
    assert sentence in json.dumps(card.blocks)
    assert asked(worker_env).count("ListNotificationRecords") == 1


def test_a_refusal_is_remembered_by_the_instance(worker_env: Any, job: str) -> None:
    worker_env.center.faults.add(Fault("no_permission", times=None, match="GetCallDetailRecord"))
    for _ in range(3):
        worker_env.deliver(worker_env.alert(jobs=(job,)))
    assert asked(worker_env).count("GetCallDetailRecord") == 1


def test_it_can_be_turned_off(worker_env: Any, job: str) -> None:
    worker_env.deliver(worker_env.alert(jobs=(job,)), worker_env.new_worker(detail_record=False))
    assert asked(worker_env) == THREE[:1]
