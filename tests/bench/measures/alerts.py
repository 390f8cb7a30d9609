"""How what alerts cost grows with how many come: the built functions in the local Function Compute, and its bill."""

import time
import uuid
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import replace
from pathlib import Path

import httpx

from callevents_build.artefact.build import build
from callevents_sandbox.fixtures.samples import sample, under
from callevents_sandbox.function_compute import Deployment
from callevents_sandbox.server.faults import Fault
from callevents_sandbox.stack import WEBHOOK_TOKEN, Stack, open_stack
from tests.bench.measures.comparison import UPSTREAM, price
from tests.bench.prepare import FOLDER, OWN
from tests.bench.results import Results

RATES = {6: 20, 60: 20, 240: 15}  # so many a minute, for so many seconds
# Until the last card is there: Slack takes one message a second, the others wait in the queue.
_TIMEOUT_SECONDS = 300
_FUNCTIONS = ("webhook", "worker")


def measure_alerts(
    version: str, python: Path, results: Results, *, quick: bool, say: Callable[[str], None]
) -> None:
    """Send alerts at each rate, each of another call; count the invocations of both functions and their price."""
    say("building the functions for alerts")
    build(version, into=FOLDER / "alerts", functions=_FUNCTIONS, any_version=True)
    for rate, seconds in [*RATES.items()][: 2 if quick else None]:
        say(f"{rate} alerts a minute, for {seconds} s")
        with _open_stack(python) as stack:
            _send(stack, 1, 0.0)  # one instance of each function is there already
            before, count = len(stack.platform.outcomes), rate * seconds // 60
            refused, missing = _send(stack, count, 60 / rate)
            _add(results, stack, f"{rate} alerts a minute", count, before)
            results.add(f"{rate} alerts a minute: alerts that were never taken", "", OWN, refused)
            results.add(f"{rate} alerts a minute: alerts taken and without a card", "", OWN, missing)


def _add(results: Results, stack: Stack, what: str, count: int, before: int) -> None:
    outcomes = stack.platform.outcomes[before:]
    for function in _FUNCTIONS:
        for each in outcomes:
            if each.function.endswith(function):
                results.add(f"{what}: billed time of the {function}", "ms", OWN, each.billed_ms)
    billed = sum(each.billed_ms for each in outcomes)
    results.add(f"{what}: invocations per alert", "", OWN, len(outcomes) / count)
    results.add(f"{what}: new instances", "", OWN, sum(each.cold for each in outcomes))
    results.add(f"{what}: billed time per alert", "ms", OWN, billed / count)
    results.add(f"{what}: price per alert", "CU", OWN, price(len(outcomes), billed / 1e3) / count)


def _send(stack: Stack, count: int, pause: float) -> tuple[int, int]:
    """Send *count* alerts, one every *pause* seconds whatever the answers take.

    Return how many of them were never taken, and how many were and have no card in the end.
    """
    jobs = [f"job-{uuid.uuid4()}" for _ in range(count)]
    taken: dict[str, Future[bool]] = {}
    with ThreadPoolExecutor(count) as senders:
        began = time.monotonic()
        for number, job in enumerate(jobs):
            stack.center.add(under(sample("abandoned-in-queue"), job))
            time.sleep(max(0.0, began + number * pause - time.monotonic()))
            taken[job] = senders.submit(_alert, stack.webhook_url, job)
    stack.settle(_TIMEOUT_SECONDS)
    posted = "\n".join(f"{message.text} {message.blocks}" for message in stack.workspace.messages)
    refused = {job for job, sent in taken.items() if not sent.result()}
    return len(refused), sum(job not in posted for job in taken.keys() - refused)


def _alert(url: str, job: str) -> bool:
    """Send one alert, again until it is taken, as senders do; say whether it was."""
    body = {"title": "Bench", "job_id": job, "status": "firing", "id": job}
    headers = {"authorization": f"Bearer {WEBHOOK_TOKEN}"}
    for _ in range(5):
        with suppress(httpx.TransportError):
            answer = httpx.post(f"{url}/generic", json=body, headers=headers, timeout=30, trust_env=False)
            if answer.is_success:
                return True
        time.sleep(1)
    return False


@contextmanager
def _open_stack(python: Path) -> Iterator[Stack]:
    def change(deployment: Deployment) -> Deployment:
        bare = deployment.name.endswith(_FUNCTIONS)
        return replace(deployment, bare=bare, python=str(python), max_instances=20)

    with open_stack(folder=FOLDER / "alerts" / "build", change=change) as stack:
        stack.center.faults.add(Fault("delay", times=None, seconds=UPSTREAM["ccc"]))
        stack.workspace.faults.add(Fault("delay", times=None, seconds=UPSTREAM["slack"]))
        yield stack
