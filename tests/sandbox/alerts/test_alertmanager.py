"""A real Alertmanager as the sender, with the configuration that the documents recommend."""

import re
import shutil
import subprocess
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from typing import Any

import httpx
import pytest

from callevents_sandbox.server.free_port import free_port
from callevents_sandbox.slack import Posted
from callevents_sandbox.stack import ROOT, WEBHOOK_TOKEN, Stack, open_stack

BINARY = shutil.which("prometheus-alertmanager") or shutil.which("alertmanager")
pytestmark = [
    pytest.mark.alertmanager,
    pytest.mark.skipif(BINARY is None, reason="no Alertmanager here (Debian: apt-get install prometheus-alertmanager)"),
]  # fmt: skip

A = "job-468a63a2-1111-4222-8333-b1ecf726d4be"
B = "job-0b9d7c54-2222-4333-8444-5f0e6a1c9d21"
WAIT_SECONDS = 30.0
CONFIGURATION = """\
global: {{resolve_timeout: 5m}}
route: {{receiver: callevents, {grouping}, group_wait: 300ms, group_interval: 1s, repeat_interval: 1s}}
receivers: [{{name: callevents, {receiver}}}]
"""


@dataclass(frozen=True)
class Alertmanager:
    """A running Alertmanager, and the sandbox that it sends to."""

    url: str
    stack: Stack

    def send(
        self, labels: Mapping[str, str], annotations: Mapping[str, str], *, age: float, over: bool = False
    ) -> None:
        """Tell it of an alert that began *age* seconds ago, as Prometheus does."""
        now = datetime.now(timezone.utc)
        alert: dict[str, object] = {
            "labels": dict(labels),
            "annotations": dict(annotations),
            "startsAt": (self.began - timedelta(seconds=age)).isoformat(),
            "endsAt": (now if over else now + timedelta(minutes=5)).isoformat(),
        }
        httpx.post(f"{self.url}/api/v2/alerts", json=[alert], trust_env=False).raise_for_status()

    began = datetime.now(timezone.utc)

    @property
    def cards(self) -> list[Posted]:
        return [message for message in self.stack.workspace.messages if message.thread_ts is None]

    @property
    def lines(self) -> list[Posted]:
        return [message for message in self.stack.workspace.messages if message.thread_ts is not None]

    def notifications(self) -> int:
        """Return how often the webhook was called."""
        invoked = self.stack.journal.entries("fc", "invoked")
        return len([each for each in invoked if each.facts["function"] == "callevents-webhook"])


def recommended(document: str) -> dict[str, str]:
    """Return the receiver and the grouping in the row that *document* has about Alertmanager."""
    row = next(
        line
        for line in (ROOT / "shared/callevents/webhook" / document).read_text("utf-8").splitlines()
        if line.startswith("| Alertmanager |")
    )
    receiver, grouping, *_ = re.findall(r"`([^`]+)`", row)
    return {"receiver": receiver, "grouping": grouping}


@pytest.fixture(name="alertmanager")
def _alertmanager(started: Alertmanager) -> Alertmanager:
    """An Alertmanager whose messages of before are gone."""
    started.stack.settle()
    started.stack.workspace.messages.clear()
    return started


@pytest.fixture(name="started", scope="module")
def _started(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Alertmanager]:
    assert BINARY is not None
    folder = tmp_path_factory.mktemp("alertmanager")
    (folder / "token").write_text(WEBHOOK_TOKEN)
    port = free_port()
    with open_stack() as stack:
        texts = recommended("README.md")
        receiver = (
            texts["receiver"].replace("https://HOST", stack.webhook_url).replace("…", str(folder / "token"))
        )
        (folder / "alertmanager.yml").write_text(
            CONFIGURATION.format(grouping=texts["grouping"], receiver=receiver)
        )
        process = subprocess.Popen(
            [
                BINARY, f"--config.file={folder / 'alertmanager.yml'}", f"--storage.path={folder / 'data'}",
                f"--web.listen-address=127.0.0.1:{port}", "--cluster.listen-address=",
            ],
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )  # fmt: skip
        try:
            url = f"http://127.0.0.1:{port}"
            wait(lambda: ready(url))
            yield Alertmanager(url, stack)
        finally:
            process.terminate()
            process.wait(20)


def ready(url: str) -> bool:
    try:
        return httpx.get(f"{url}/-/ready", trust_env=False).is_success
    except httpx.TransportError:
        return False


def wait(condition: Callable[[], Any]) -> None:
    """Wait until *condition* holds."""
    until = time.monotonic() + WAIT_SECONDS
    while not condition():
        assert time.monotonic() < until, "it did not come"
        time.sleep(0.05)


def head(card: Posted) -> str:
    block: Any = card.blocks[0]
    return str(block["text"]["text"])


@pytest.mark.parametrize("language", ["", ".zh-CN"])
def test_both_documents_recommend_the_same(language: str) -> None:
    assert recommended(f"README{language}.md") == recommended("README.md")


def test_an_alert_is_one_card_however_often_it_is_repeated_and_is_closed(alertmanager: Alertmanager) -> None:
    labels = {"alertname": "CallDropped", "severity": "critical", "contact_id": A}
    words = {"summary": "The customer was cut off"}
    alertmanager.send(labels, words, age=60)
    wait(lambda: alertmanager.cards)
    repeated = alertmanager.notifications()
    wait(lambda: alertmanager.notifications() >= repeated + 2)
    alertmanager.stack.settle()
    (card,) = alertmanager.cards
    assert head(card) == "🔥 Firing: CallDropped: The customer was cut off"
    assert "gave up in the queue" in card.text
    assert alertmanager.lines == []

    # A second alert on the same call joins the group, and goes into the thread.
    second = labels | {"queue": "sales"}
    alertmanager.send(second, words, age=50)
    wait(lambda: alertmanager.lines)
    assert len(alertmanager.cards) == 1

    for each in (labels, second):
        alertmanager.send(each, words, age=60 if each is labels else 50, over=True)
    wait(lambda: head(card).startswith("✅ Resolved after"))
    alertmanager.stack.settle()
    assert len(alertmanager.cards) == 1
    assert {line.thread_ts for line in alertmanager.lines} == {card.ts}


def test_an_end_without_the_call_closes_the_card(alertmanager: Alertmanager) -> None:
    labels = {"alertname": "CallQualityLow"}
    alertmanager.send(labels, {"summary": f"MOS below 2.5 on {B}"}, age=60)
    wait(lambda: alertmanager.cards)
    alertmanager.stack.settle()
    alertmanager.send(labels, {}, age=60, over=True)
    (card,) = alertmanager.cards
    wait(lambda: head(card).startswith("✅ Resolved after"))

    alertmanager.stack.settle()
    (line,) = alertmanager.lines
    assert line.thread_ts == card.ts
    assert "esolved" in line.text
