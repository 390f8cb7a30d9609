"""All sample requests, from the webhook to the channel: one card for what fires, one line for what is resolved."""

import csv
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from callevents.invocation import Request
from callevents.settings.model import Settings
from callevents.settings.validators import RouteSecret
from callevents.webhook.handler import WebhookHandler
from callevents_sandbox.fixtures.alerts import SAMPLE_SECRET, SAMPLE_TIME, SAMPLE_TOKEN, sample

DATA = Path(__file__).parents[2] / "data" / "alerts"
NOT_ASKED_FOR = {"ccc-other-instance", "ccc-released-pretty", "ccc-recording-ready"}


def cases() -> Iterator[tuple[str, list[str], list[str]]]:
    with (DATA / "expected.csv").open(encoding="utf-8", newline="") as lines:
        for row in csv.DictReader(lines):
            name = row["file"].removesuffix(".json")
            authentic = row["auth"] not in {"none", "invalid"} and name not in NOT_ASKED_FOR
            ids = [row[column].split() if authentic else [] for column in ("firing_ids", "resolved_ids")]
            yield name, ids[0], ids[1]


def tasks_of(worker_env: Any, name: str) -> tuple[int, list[bytes]]:
    """Send the sample to the webhook; return the status and what it queued."""
    settings = Settings(
        ccc_instance_id="ccc-demo",
        worker="callevents-worker",
        channel="C0ALERTS",
        channels=frozenset({"C0SUPPORT", "C0OTHER"}),
        webhook_secrets=(RouteSecret(SAMPLE_SECRET),),
        webhook_tokens=(RouteSecret(SAMPLE_TOKEN),),
        fc_endpoint=worker_env.settings.fc_endpoint,
    )
    each = sample(name)
    path, _, query = each.path.partition("?")
    request = Request(
        method=each.method,
        path=path,
        query=dict(pair.split("=", 1) for pair in query.split("&") if pair),
        headers={header.lower(): value for header, value in each.headers.items()},
        body=each.body,
    )
    worker_env.clock.now = float(SAMPLE_TIME)
    response = WebhookHandler(settings, client=worker_env.client).http(request, worker_env.invocation())
    return response.status, worker_env.queued


@pytest.mark.parametrize(("name", "firing", "resolved"), list(cases()), ids=[case[0] for case in cases()])
def test_a_sample_is_one_message_in_the_channel(
    worker_env: Any, name: str, firing: list[str], resolved: list[str]
) -> None:
    status, payloads = tasks_of(worker_env, name)
    worker_env.center.instances.add("ccc-demo")
    worker_env.worker = worker_env.new_worker(ccc_instance_id="ccc-demo")
    worker_env.drain(worker_env.worker)
    for payload in payloads:  # the queue delivers at least once
        worker_env.deliver(payload)
    worker_env.drain()

    assert status in {200, 400, 401}
    assert bool(payloads) == bool(firing or resolved)
    assert len(worker_env.cards) == len(payloads)
    if firing:
        shown = "\n".join(card.text for card in worker_env.cards)
        assert all(job in shown for job in firing[:10])
        assert len(worker_env.replies) == (min(10, len(firing)) if len(firing) > 1 else 0)
    elif resolved:
        assert all("esolved" in card.text for card in worker_env.cards)
        assert worker_env.center.asked == []
