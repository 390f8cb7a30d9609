"""All sample requests, from the webhook to the channel: one card for what fires, one line for what is resolved."""

import csv
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from callevents.clock import Deadline
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


def tasks_of(scene: Any, name: str) -> tuple[int, list[bytes]]:
    """Send the sample to the webhook; return the status and what it queued."""
    queued: dict[str, bytes] = {}

    def hand_over(payload: bytes, task_id: str, _: Deadline) -> bool:
        return queued.setdefault(task_id, payload) is payload

    settings = Settings(
        ccc_instance_id="ccc-demo",
        worker="callevents-worker",
        channel="C0ALERTS",
        channels=frozenset({"C0SUPPORT", "C0OTHER"}),
        webhook_secrets=(RouteSecret(SAMPLE_SECRET),),
        webhook_tokens=(RouteSecret(SAMPLE_TOKEN),),
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
    scene.time.now = float(SAMPLE_TIME)
    response = WebhookHandler(settings, queue=lambda _: hand_over).http(request, scene.invocation())
    return response.status, list(queued.values())


@pytest.mark.parametrize(("name", "firing", "resolved"), list(cases()), ids=[case[0] for case in cases()])
def test_a_sample_is_one_message_in_the_channel(
    scene: Any, name: str, firing: list[str], resolved: list[str]
) -> None:
    status, payloads = tasks_of(scene, name)
    scene.center.instances.add("ccc-demo")
    for payload in payloads:
        scene.deliver(payload)
        scene.deliver(payload)  # the queue delivers at least once
    scene.drain()

    assert status in {200, 400, 401}
    assert bool(payloads) == bool(firing or resolved)
    assert len(scene.cards) == len(payloads)
    if firing:
        told = "\n".join(card.text for card in scene.cards)
        assert all(job in told for job in firing[:10])
        assert len(scene.replies) == (min(10, len(firing)) if len(firing) > 1 else 0)
    elif resolved:
        assert all("esolved" in card.text for card in scene.cards)
        assert scene.center.asked == []
