"""The 68 sample requests come out as expected.csv says, through the front door."""

import csv
from collections.abc import Iterator
from pathlib import Path

import pytest

from callevents.settings.validators import ROUTES
from callevents_sandbox.fixtures.alerts import sample, samples
from tests.webhook.builders import Webhook, sample_request

DATA = Path(__file__).parents[2] / "data" / "alerts"


def expected() -> Iterator[dict[str, str]]:
    with (DATA / "expected.csv").open(encoding="utf-8", newline="") as lines:
        yield from csv.DictReader(lines)


CASES = list(expected())
# A request whose event we are not asked for, or are not the ones to ask: authentic, and ignored.
NOT_ASKED_FOR = {"ccc-other-instance", "ccc-released-pretty", "ccc-recording-ready"}
PAIRS = [
    ("alertmanager-firing-label", "alertmanager-resolved"),
    ("cloudmonitor-threshold-dimensions", "cloudmonitor-threshold-resolved"),
    ("cloudmonitor-subscription-json", "cloudmonitor-subscription-resolved"),
    ("sls-firing-label", "sls-resolved"),
    ("arms-firing-label", "arms-resolved"),
    ("datadog-triggered-custom-several", "datadog-recovered"),
    ("pagerduty-triggered-title", "pagerduty-resolved"),
    ("generic-json", "generic-resolved"),
    ("grafana-firing-hmac", "grafana-resolved-put"),
    ("opsgenie-create-details", "opsgenie-close"),
    ("eventbridge-sls-firing-several", "eventbridge-sls-resolved"),
]


def name_of(case: dict[str, str]) -> str:
    return case["file"].removesuffix(".json")


def test_every_sample_is_expected_and_every_route_has_one() -> None:
    assert [each.name for each in samples()] == sorted(map(name_of, CASES))
    assert {each.sender for each in samples()} == set(ROUTES)


@pytest.mark.parametrize("case", CASES, ids=name_of)
def test_a_sample_is_answered_and_queued_as_expected_once(case: dict[str, str], webhook: Webhook) -> None:
    firing, resolved = tuple(case["firing_ids"].split()), tuple(case["resolved_ids"].split())
    wanted = bool(firing or resolved) and name_of(case) not in NOT_ASKED_FOR

    request = sample_request(sample(name_of(case)))
    status, answer = webhook.post(request)

    if case["state"] == "refused":
        assert (status, answer) == (401, {"status": "unauthorized"})
    elif wanted:
        [task] = webhook.queue.task_ids
        assert (status, answer) == (
            200,
            {"status": "accepted", "jobs": list(firing or resolved), "task": task},
        )
        [envelope] = webhook.queue.envelopes
        assert (envelope.sender, envelope.state) == (case["sender"], case["state"])
        assert (envelope.jobs, envelope.resolved_jobs) == (firing, resolved)
        assert (envelope.channel, envelope.instance) == ("C0ALERTS", "ccc-demo")
        assert envelope.title
    else:
        assert status == 200
        assert answer["status"] == "ignored"
        if not firing and name_of(case) not in NOT_ASKED_FOR:
            assert answer["reason"] == "no job id"
    assert bool(webhook.queue.attempts) == (wanted and case["state"] != "refused")
    repeated = {"status": "duplicate"} if answer["status"] == "accepted" else {}
    assert webhook.post(request) == (status, answer | repeated)
    assert len(webhook.queue.payloads) <= 1


def test_the_same_alert_at_its_next_flush_is_a_duplicate(webhook: Webhook) -> None:
    webhook.post(sample_request(sample("alertmanager-firing-label")))
    _, answer = webhook.post(sample_request(sample("alertmanager-firing-label-repeat")))
    assert answer["status"] == "duplicate"


@pytest.mark.parametrize(("firing", "resolved"), PAIRS)
def test_firing_and_resolved_are_two_states_of_one_thread(
    firing: str, resolved: str, webhook: Webhook
) -> None:
    for name in (firing, resolved):
        _, answer = webhook.post(sample_request(sample(name)))
        assert answer["status"] == "accepted"

    first, second = webhook.queue.envelopes
    assert first.thread_key == second.thread_key
    assert (second.state, second.jobs) == ("resolved", ())


def test_different_alerts_have_different_threads(webhook: Webhook) -> None:
    for each in samples():
        webhook.post(sample_request(each))
    threads: dict[str, set[str]] = {}
    for envelope in webhook.queue.envelopes:
        threads.setdefault(envelope.thread_key, set()).add(envelope.sender)
    assert all(len(senders) == 1 for senders in threads.values())
    assert len(threads) > len(ROUTES)
