"""`make soak`: all doors at once through the local platform, faults at random.

SECONDS (180) is how long they come, SEED repeats a run's choices, THREADS (12) is how many people and systems ask, and
AT_ONCE (1) how many requests an instance serves at the same time, as a custom runtime. Ends with an account, and with
status 1 if anything that was accepted was lost, too much answered twice, or RAM asked for anything; 2 if so little was
taken that it proves nothing.
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

from callevents_sandbox import ram
from callevents_sandbox.fixtures.samples import Record, sample, samples, under
from callevents_sandbox.function_compute import Deployment
from callevents_sandbox.server.serving import serve
from callevents_sandbox.stack import SECRET_NAMES, Stack, open_stack
from tests.soak.account import HIDING, SentRequest, account
from tests.soak.doors import AGES, OFTEN, OFTEN_CALLS, PEOPLE, Doors, Question
from tests.soak.faults import (
    KMS,
    KNOWN_TO_KMS,
    KNOWN_TO_SLACK,
    SLACK,
    CenterChance,
    Chance,
    PlatformChance,
)

# A customer's number in the sample calls.
NUMBER = re.compile(r"1380000\d{4}")
# Now and then somebody waits for so long that the servers close what a frozen instance holds open.
PAUSES, LONGEST_PAUSE, KEEP_ALIVE = 0.1, 3.0, 1  # share, seconds, seconds


class Load:
    """People and systems that ask, each in a thread."""

    def __init__(self, stack: Stack, seed: str, until: float) -> None:
        self._world = stack
        self._seed = seed
        self._until = until
        self._doors = Doors(stack)
        self._lock = threading.Lock()
        self.asked: list[SentRequest] = []

    def ask(self, number: int) -> None:
        """Ask again and again until it is time."""
        chance = random.Random(f"{self._seed} {number}")
        doors = [*self._doors.all().values()]
        while time.monotonic() < self._until:
            if chance.random() < PAUSES:
                time.sleep(chance.uniform(0, LONGEST_PAUSE))
            job_id = f"job-{uuid.UUID(int=chance.getrandbits(128), version=4)}"
            sought = f"1390{chance.randrange(10**7):07}"  # of this call alone
            self._world.center.add(_renumbered(under(chance.choice(samples()), job_id), sought))
            ask = chance.choices([door for _, door in doors], [share for share, _ in doors])[0]
            began = time.monotonic()
            done = ask(Question(job_id, sought, chance.choice(PEOPLE), chance.choice(AGES), chance))
            with self._lock:
                self.asked.append(replace(done, seconds=time.monotonic() - began))
            if done.error:  # wait before the next one, as people do, so that a busy machine recovers
                time.sleep(chance.uniform(0.2, 2.0))


def main() -> int:
    """Run, wait for what is under way, and settle the account."""
    seed = os.environ.get("SEED") or secrets.token_hex(4)
    seconds = float(os.environ.get("SECONDS") or 180)
    threads = int(os.environ.get("THREADS") or 12)
    _say(f"SEED={seed} SECONDS={seconds:g} THREADS={threads}")
    account_of_roles = ram.RamAccount()
    with (
        serve(ram.application(account_of_roles)) as ram_url,
        open_stack(
            change=_deployed,
            keep_alive=KEEP_ALIVE,
            environ={f"DEPLOY_{name}_ENDPOINT": ram_url for name in ("RAM", "STS")},
        ) as stack,
    ):
        for number in range(OFTEN_CALLS):
            stack.center.add(
                _renumbered(under(sample("inbound-ivr"), f"job-{uuid.UUID(int=number, version=4)}"), OFTEN)
            )
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
        own = [each for each in stack.workspace.messages if each.author == stack.workspace.app.bot_user]
        settled = account(load.asked, own, given_up, stack.workspace.views.values())
        faults = center.given + vault.given + posts.given + platform.all_given
        cold = sum(stack.platform.bill(name).cold_starts for name in stack.platform.names())
        runs = sum(stack.platform.bill(name).invocations for name in stack.platform.names())
    lines = [
        settled.text(),
        f"not taken: {dict(Counter(str(each.error) for each in load.asked if each.error))}",
        f"{runs} invocations, {cold} instances, {faults.total()} faults: {dict(faults.most_common())}",
        *(f"LOST: {each.kind} {each.job_id} {_traces(stack, each.job_id)}" for each in settled.lost[:10]),
        *(f"{each.job_id}: {line}" for each in settled.lost[:10] for line in _lines(stack, each.job_id)),
        *(
            f"TWICE: {each.kind} {each.job_id} {_traces(stack, each.job_id)}"
            for each in settled.repeated[:10]
        ),
        f"answered twice: {settled.twice} of {settled.accepted}, {settled.twice / max(1, settled.accepted):.2%}",
        f"faults that hide that a message is there: {sum(faults[kind] for kind in HIDING)}",
        f"requests to RAM: {len(account_of_roles.asked)}",
        f"lost: {len(settled.lost)} (SEED={seed})",
    ]
    if settled.thin:
        lines.append(
            "This proves nothing: most was not taken. The machine is too busy; fewer THREADS ask less of it."
        )
    sys.stdout.write("\n".join(lines) + "\n")
    if settled.lost or settled.too_often_twice(faults) or account_of_roles.asked:
        return 1
    return 2 if settled.thin else 0


_RIGHTS = {
    "CALLEVENTS_SEARCH_USERS": ",".join(PEOPLE),
    "CALLEVENTS_FULL_NUMBERS_USERS": "U0SUPERVISOR",
    "CALLEVENTS_AGENTS": ",".join(f"{user}=alice@ccc-test" for user in PEOPLE),
}


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
        environ={**deployment.environ, **secrets_in_kms, **_RIGHTS},
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
    return [
        f"{entry.server} {entry.what} {entry.facts.get('status', '')} {entry.facts.get('text', '')!s:.60}".rstrip()
        for entry in entries
    ]


def _lines(stack: Stack, job_id: str) -> list[str]:
    """Return what the functions logged of the requests that name a call."""
    lines = [
        line for outcome in stack.platform.outcomes for line in outcome.logs.splitlines() if line[:1] == "{"
    ]
    requests = {json.loads(line)["request_id"] for line in lines if job_id in line}
    return [line for line in lines if json.loads(line)["request_id"] in requests]


def _say(what: str) -> None:
    sys.stderr.write(f"[{time.strftime('%H:%M:%S')}] {what}\n")


if __name__ == "__main__":
    sys.exit(main())
