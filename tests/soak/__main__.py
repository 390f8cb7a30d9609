"""`make soak`: commands, the assistant's questions and alerts at once through the local platform, faults at random.

SECONDS (180) is how long they come, SEED repeats a run's choices, THREADS (12) is how many people and systems ask, and
AT_ONCE (1) how many requests an instance serves at the same time, as a custom runtime. Ends with an account, and with
status 1 if anything that was accepted was lost, 2 if so little was taken that it proves nothing.
"""

import json
import os
import random
import re
import secrets
import sys
import threading
import time
import uuid
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import replace
from functools import partial

import httpx

from callevents_sandbox.fixtures.samples import Record, samples, under
from callevents_sandbox.function_compute import Deployment
from callevents_sandbox.stack import SECRET_NAMES, WEBHOOK_TOKEN, Stack, open_stack
from tests.soak.account import SentRequest, account
from tests.soak.faults import (
    KMS,
    KNOWN_TO_KMS,
    KNOWN_TO_SLACK,
    SLACK,
    CenterChance,
    Chance,
    PlatformChance,
)

PEOPLE = ("U0MEI", "U0ZHANG", "U0SUPERVISOR")
ALERT_TRIES = 4
COMMANDS, FINDS, QUESTIONS = 0.5, 0.1, 0.15  # of what is asked; the rest are alerts
ASSISTANT_FINDS = 0.3
# A customer's number in the sample calls, and the days on which they were.
NUMBER = re.compile(r"1380000\d{4}")
DAYS = "2026-03-04 2026-03-05"
# Now and then somebody waits for so long that the servers close what a frozen instance holds open.
PAUSES, LONGEST_PAUSE, KEEP_ALIVE = 0.1, 3.0, 1  # share, seconds, seconds


class Load:
    """People and systems that ask, each in a thread."""

    def __init__(self, stack: Stack, seed: str, until: float) -> None:
        self._world = stack
        self._seed = seed
        self._until = until
        self._lock = threading.Lock()
        self.asked: list[SentRequest] = []

    def ask(self, number: int) -> None:
        """Ask again and again until it is time."""
        chance = random.Random(f"{self._seed} {number}")
        while time.monotonic() < self._until:
            if chance.random() < PAUSES:
                time.sleep(chance.uniform(0, LONGEST_PAUSE))
            job_id = f"job-{uuid.UUID(int=chance.getrandbits(128), version=4)}"
            sought = f"1390{chance.randrange(10**7):07}"  # of this call alone
            self._world.center.add(_renumbered(under(chance.choice(samples()), job_id), sought))
            began = time.monotonic()
            message, became = None, ""
            what = chance.random()
            if what < QUESTIONS:
                kind = "assistant"
                error, became = self._question(job_id, sought, chance)
            elif what < QUESTIONS + COMMANDS + FINDS:
                kind = "commands" if what < QUESTIONS + COMMANDS else "finds"
                shown = self._world.command(
                    job_id if kind == "commands" else f"find {sought} {DAYS}",
                    user=chance.choice(PEOPLE),
                    age=chance.choice((0.0, 0.0, 0.3, 1.2)),
                )
                error, message = shown.error, shown.message
            else:
                kind, error = "alerts", self._alert(job_id, chance)
            with self._lock:
                self.asked.append(SentRequest(kind, job_id, error, time.monotonic() - began, message, became))
            if error:  # wait before the next one, as people do, so that a busy machine recovers
                time.sleep(chance.uniform(0.2, 2.0))

    def _question(self, job_id: str, sought: str, chance: random.Random) -> tuple[str | None, str]:
        """Ask as the assistant does; return the error, and what became of the question: nothing comes later."""
        user = chance.choice(PEOPLE)
        if chance.random() < ASSISTANT_FINDS:
            arguments: dict[str, object] = {"kind": "number", "what": sought, "days": DAYS}
            shown = self._world.assistant.call("find_calls", arguments, user=user)
        else:
            shown = self._world.assistant.call("look_up_call", {"ids": [job_id]}, user=user)
        if shown.error:
            return shown.error, "not taken"
        result = json.loads(shown.body).get("result", {})
        if result.get("isError"):
            return None, "failure reported"
        # Some faults empty the list of what is found: that is an answer, too.
        return None, "answered" if "structuredContent" in result else "lost"

    def _alert(self, job_id: str, chance: random.Random) -> str | None:
        body = {"title": "Soak", "job_id": job_id, "status": "firing", "id": job_id}
        headers = {"authorization": f"Bearer {WEBHOOK_TOKEN}"}
        failure = ""
        for _ in range(ALERT_TRIES):  # as a sender does until the answer is 2xx
            try:
                answer = httpx.post(
                    f"{self._world.webhook_url}/generic",
                    json=body,
                    headers=headers,
                    timeout=10,
                    trust_env=False,
                )
            except httpx.TransportError as error:
                failure = type(error).__name__
            else:
                if answer.is_success:
                    return None
                failure = str(answer.status_code)
            time.sleep(chance.uniform(0.05, 0.3))
        return failure


def main() -> int:
    """Run, wait for what is under way, and settle the account."""
    seed = os.environ.get("SEED") or secrets.token_hex(4)
    seconds = float(os.environ.get("SECONDS") or 180)
    threads = int(os.environ.get("THREADS") or 12)
    _say(f"SEED={seed} SECONDS={seconds:g} THREADS={threads}")
    with open_stack(change=_deployed, keep_alive=KEEP_ALIVE) as stack:
        center = CenterChance(0.15, 0.25, f"{seed} ccc")
        vault = Chance(KMS, lambda _: 0.25, f"{seed} kms", KNOWN_TO_KMS)
        posts = Chance(SLACK, lambda _: 0.1, f"{seed} slack", KNOWN_TO_SLACK)
        platform = PlatformChance(0.15, 0.03, f"{seed} fc", dict(stack.platform.faults.kinds))
        stack.center.faults, stack.workspace.faults, stack.platform.faults = center, posts, platform
        stack.vault.faults = vault
        load = Load(stack, seed, time.monotonic() + seconds)
        _run([partial(load.ask, number) for number in range(threads)], seconds)
        _say("nobody asks any more; waiting for the worker")
        for each in (center, vault, posts, platform):
            each.end()
        began = time.monotonic()
        try:
            stack.settle(180)
        except TimeoutError:
            _say("the worker is not done after three minutes: what it has left counts as lost")
        _say(f"done {time.monotonic() - began:.0f} s later")
        given_up = [task.payload for task in stack.platform.tasks.failed]
        settled = account(load.asked, stack.workspace.messages, given_up)
        faults = center.given + vault.given + posts.given + platform.all_given
        cold = sum(stack.platform.bill(name).cold_starts for name in stack.platform.names())
        runs = sum(stack.platform.bill(name).invocations for name in stack.platform.names())
    lines = [
        settled.text(),
        f"not taken: {dict(Counter(str(each.error) for each in load.asked if each.error))}",
        f"{runs} invocations, {cold} instances, {faults.total()} faults: {dict(faults.most_common())}",
        *(f"LOST: {each.kind} {each.job_id} {_traces(stack, each.job_id)}" for each in settled.lost[:10]),
        f"lost: {len(settled.lost)} (SEED={seed})",
    ]
    if settled.thin:
        lines.append(
            "This proves nothing: most was not taken. The machine is too busy; fewer THREADS ask less of it."
        )
    sys.stdout.write("\n".join(lines) + "\n")
    return 1 if settled.lost else 2 if settled.thin else 0


def _deployed(deployment: Deployment) -> Deployment:
    """As template.yml has it, on a machine of two cores: few instances, frozen between their requests.

    The secrets stand in KMS: that an instance cannot read them is one more thing that goes wrong.
    """
    instances = {"callevents-slack": 10, "callevents-webhook": 8}.get(deployment.name, 12)
    secrets_in_kms = {
        name: f"kms://{SECRET_NAMES[name]}" for name in deployment.environ.keys() & SECRET_NAMES
    }
    return replace(
        deployment,
        environ={**deployment.environ, **secrets_in_kms, "CALLEVENTS_SEARCH_USERS": ",".join(PEOPLE)},
        max_instances=instances,
        max_async_retry_attempts=2,
        retry_delays=(0.2, 0.5),
        freeze=True,
        at_once=int(os.environ.get("AT_ONCE") or 1),
    )


def _renumbered(records: Iterable[Record], number: str) -> list[Record]:
    """Return *records* with *number* as the customer's, so that a search finds this call and no other."""
    return [replace(each, content=NUMBER.sub(number, each.content)) for each in records]


def _run(tasks: list[Callable[[], None]], seconds: float) -> None:
    threads = [threading.Thread(target=task, name="soak") for task in tasks]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(seconds + 60)


def _traces(stack: Stack, job_id: str) -> list[str]:
    """Return what the journal has about a call."""
    entries = [entry for entry in stack.journal.entries() if job_id in str(entry.facts)]
    return [f"{entry.server} {entry.what} {entry.facts.get('status', '')}" for entry in entries]


def _say(what: str) -> None:
    sys.stderr.write(f"[{time.strftime('%H:%M:%S')}] {what}\n")


if __name__ == "__main__":
    sys.exit(main())
