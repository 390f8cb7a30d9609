"""The whole way: a person types, the function runs in its own process, the contact center is asked, Slack shows."""

import json
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from functools import partial

import httpx
import pytest

from callevents_sandbox.control import front_door
from callevents_sandbox.fixtures.samples import sample
from callevents_sandbox.server.faults import Fault
from callevents_sandbox.server.free_port import free_port
from callevents_sandbox.server.serving import serve
from callevents_sandbox.slack import Shown
from callevents_sandbox.stack import Stack, open_stack

BLIND = sample("blind-transfer").job_id


@pytest.fixture(scope="module")
def stack() -> Iterator[Stack]:
    with open_stack(ack_timeout=30.0) as stack:
        yield stack


def test_a_command_is_answered_in_its_acknowledgement(stack: Stack) -> None:
    before = stack.platform.bill("callevents-worker").invocations
    shown = stack.command(BLIND)
    assert (shown.status, shown.error) == (200, None)
    assert shown.message is not None
    assert BLIND in shown.message.text
    assert "alice@ccc-test" in json.dumps(shown.message.blocks)
    assert stack.platform.outcomes[-1].good
    assert stack.platform.bill("callevents-worker").invocations == before
    assert dict(stack.center.asked[-1].headers)["x-acs-security-token"]


def test_a_slow_contact_center_is_the_workers_business(stack: Stack) -> None:
    # Twice: a kept connection that has lain idle and stays silent is given up for a new one.
    stack.center.faults.add(Fault("delay", times=2, seconds=4.0, match=BLIND))
    shown = stack.command(BLIND)
    assert shown.error is None
    assert shown.message is not None
    stack.settle()
    stack.center.faults.clear()
    assert shown.message.way == "response_url"
    assert shown.message.versions == 2
    assert BLIND in shown.message.text
    assert shown.response_url is not None
    assert shown.response_url.uses == 1


def test_an_alert_is_accepted_and_handed_over(stack: Stack) -> None:
    answer = stack.alert("grafana-firing-hmac")
    assert answer.status_code == 200, answer.text
    assert answer.json()["status"] == "accepted"
    stack.settle()
    task = stack.platform.tasks.all[-1]
    assert (task.function, task.task_id) == ("callevents-worker", answer.json()["task"])
    assert task.attempts
    (job,) = answer.json()["jobs"]
    assert stack.center.records("ccc-test", [job])


def test_an_alert_whose_worker_is_killed_after_its_post_is_one_card(stack: Stack) -> None:
    stack.alert("sentry-issue-created-title")
    stack.settle()  # a warm instance is killed after its post, and not before
    before = len(stack.workspace.messages)
    stack.workspace.faults.add(Fault("delay", seconds=60.0, match="chat.postMessage"))  # shown, not confirmed
    stack.platform.faults.add(Fault("kill", seconds=2.0, match="callevents-worker"))
    stack.alert("pagerduty-triggered-title")
    stack.settle()

    assert [each.good for each in stack.platform.tasks.all[-1].attempts] == [False, True]
    assert len(stack.workspace.messages) == before + 1


def test_fc2_and_a_newer_runtime_serve_the_same_function() -> None:
    for change in ({"fc2": True, "context": "python3.10"}, {"context": "python3.12", "base64": "never"}):
        with open_stack(change=partial(replace, **change), ack_timeout=30.0) as stack:
            shown = stack.command(BLIND)
            assert shown.error is None
            assert shown.message is not None
            assert BLIND in shown.message.text


@pytest.fixture(scope="module")
def url(stack: Stack) -> Iterator[str]:
    with serve(front_door.application(stack)) as url:
        yield url


class TestAskedAgain:
    @pytest.mark.parametrize(
        ("errors", "tries"),
        [
            ([None], 1),
            (["dispatch_failed"], 1),
            (["operation_timeout", None], 2),
            (["operation_timeout", "dispatch_failed"], 2),
            (["operation_timeout"] * 4, 3),
        ],
    )
    def test_who_was_too_late_is_asked_again_after_a_wait(self, errors: list[str | None], tries: int) -> None:
        shown = [Shown(0, 3.0, error) for error in errors]
        steps: list[str] = []

        def ask() -> Shown:
            steps.append("ask")
            return shown[steps.count("ask") - 1]

        assert front_door.ask_with_retries(ask, lambda: steps.append("wait")).error == errors[tries - 1]
        assert steps == ["ask", *["wait", "ask"] * (tries - 1)]


class TestControl:
    def test_it_asks_by_url(self, url: str) -> None:
        assert BLIND in httpx.get(f"{url}/_sandbox/command", params={"text": BLIND}).text
        as_json = httpx.get(f"{url}/_sandbox/command", params={"text": BLIND, "as": "json"}).json()
        assert as_json["error"] is None
        assert BLIND in as_json["text"]
        assert httpx.get(f"{url}/_sandbox/command", params={"user": "U9"}).status_code == 404
        assert "/_sandbox/jobs" in httpx.get(url).text

    def test_it_lists_samples_and_what_happened(self, url: str) -> None:
        jobs = httpx.get(f"{url}/_sandbox/jobs").json()
        assert {"job": BLIND, "name": "blind-transfer"}.items() <= jobs[13].items()
        httpx.get(f"{url}/_sandbox/command", params={"text": "help"})
        entries = httpx.get(f"{url}/_sandbox/journal").json()
        assert entries[-1]["what"] == "shown"
        assert httpx.get(f"{url}/_sandbox/journal", params={"after": entries[-1]["number"]}).json() == []

    def test_it_sends_alerts_by_url(self, url: str) -> None:
        names = [each["name"] for each in httpx.get(f"{url}/_sandbox/alerts").json()]
        assert len(names) == 68
        asked = {"name": "sls-firing-label", "query": "channel=C0SUPPORT"}
        first, again = (httpx.get(f"{url}/_sandbox/alert", params=asked, timeout=60).text for _ in range(2))
        assert first.startswith('200 {"status": "accepted"')
        assert "🔥 Firing: call dropped" in first
        assert again.startswith('200 {"status": "duplicate"')
        assert again.count("\n") == 1
        assert httpx.get(f"{url}/_sandbox/alert", params={"name": "none"}).status_code == 404

    def test_what_happens_can_be_followed(self, url: str) -> None:
        with httpx.stream("GET", f"{url}/_sandbox/journal/stream") as stream:
            lines = stream.iter_lines()
            assert next(lines) == ": following"
            httpx.get(f"{url}/_sandbox/command", params={"text": "help"})
            data = next(line for line in lines if line.startswith("data: "))
            assert json.loads(data.removeprefix("data: "))["what"] == "sent command"

    def test_it_switches_the_faults_of_all_three(self, url: str, stack: Stack) -> None:
        for name, kind in (("ccc", "unavailable"), ("fc", "throttle"), ("slack", "server_error")):
            switch = f"{url}/_sandbox/faults/{name}"
            assert httpx.post(switch, json={"kind": kind}).json()["queued"][0]["kind"] == kind
            assert httpx.delete(switch).json()["queued"] == []


def run(*arguments: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", "callevents_sandbox", *arguments],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={"PATH": os.environ["PATH"]},
    )


class TestRun:
    def test_once_prints_the_reply_and_ends(self) -> None:
        job = sample("voicemail").job_id
        out, err = (process := run("--once", "--job", job)).communicate(timeout=60)
        assert (process.returncode, err) == (0, "")
        assert f"/callevents {job}" in out
        assert "Answered in" in out
        assert "[Refresh]" in out

    def test_it_serves_until_it_is_interrupted(self) -> None:
        port = str(free_port())
        process = run("--port", port)
        assert process.stdout is not None
        lines: list[str] = []
        while not (lines and lines[-1].startswith("Serving at")):
            lines.append(process.stdout.readline())
            assert lines[-1], "it ended"
        url = lines[-1].split()[2]
        assert any(line.startswith("🔥 Firing: Call quality low") for line in lines)
        assert url == f"http://127.0.0.1:{port}"
        assert httpx.get(f"{url}/_sandbox/jobs").status_code == 200
        while "callevents lookup" not in lines[-1]:
            lines.append(process.stdout.readline())
        *settings, _, command, job = lines[-1].split()
        looked_up = subprocess.run(
            [sys.executable, "-m", "callevents.cli", command, job],
            env=dict(each.split("=", 1) for each in settings),
            capture_output=True,
            text=True,
            check=True,
        )
        assert "gave up in the queue" in looked_up.stdout
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=60)
        assert (process.returncode, err) == (0, "")
        assert out.endswith("The sandbox has ended.\n")

    def test_a_port_that_cannot_be_used_is_a_sentence(self) -> None:
        with socket.create_server(("127.0.0.1", 0)) as taken:
            process = run("--port", str(taken.getsockname()[1]))
            _, err = process.communicate(timeout=60)
        assert process.returncode == 1
        assert err.startswith("Port ")
        assert err.count("\n") == 1
        process = run("--port", "http")
        assert "is no port" in process.communicate(timeout=60)[1]
        assert process.returncode == 2
