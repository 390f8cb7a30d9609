"""`make soak`: all doors at once through the local platform, faults at random.

SECONDS (180) is how long they come, SEED repeats a run's choices, THREADS (12) is how many people and systems ask, and
AT_ONCE (1) how many requests an instance serves at the same time, as a custom runtime. Ends with an account, and with
status 1 if anything that was accepted was lost, too much answered twice, RAM asked for anything, or KMS for anything
but secrets; 2 if so little was taken that it proves nothing.

What everybody reads (shares, alerts) comes twice only where Slack does not say, twice in a row, whether it is there, or
the platform runs a task on two instances without telling the second. What one person reads alone stands in no history:
where Slack shows it and its answer is lost, nobody can know that it is there, and it is shown again rather than not at
all. So the share of these is that of the answers which SLACK in `faults` loses, and the account deducts them.

When nobody asks any more, the worker still has its queue, for as long as the tasks in it take on its twelve instances.
Nearly all of that is waiting for the contact center: for an answer that never comes fifteen seconds, and for the
stand-ins, which all run in this one process.
"""

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
from callevents_sandbox.slack.people import Channel
from callevents_sandbox.stack import SECRET_NAMES, Stack, open_stack
from tests.soak.account import SentRequest, account
from tests.soak.backlog import backlog
from tests.soak.doors import AGES, OFTEN, OFTEN_CALLS, PEOPLE, Doors, Question
from tests.soak.faults import (
    KMS,
    KNOWN_TO_KMS,
    KNOWN_TO_SLACK,
    SLACK,
    CenterChance,
    Chance,
    Given,
    PlatformChance,
)
from tests.soak.trail import Trail, trail

# A customer's number in the sample calls.
NUMBER = re.compile(r"1380000\d{4}")
# Now and then somebody waits for so long that the servers close what a frozen instance holds open.
MAX_TRAILS = 10  # of requests that were lost
JOURNAL_ENTRIES = 100_000
PAUSES, LONGEST_PAUSE, KEEP_ALIVE = 0.1, 3.0, 1  # share, seconds, seconds


class Load:
    """People and systems that ask, each in a thread."""

    def __init__(self, stack: Stack, seed: str, until: float) -> None:
        self._stack = stack
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
            self._stack.center.add(_renumbered(under(chance.choice(samples()), job_id), sought))
            ask = chance.choices([door for _, door in doors], [share for share, _ in doors])[0]
            began = time.monotonic()
            channel = Channel(f"C{job_id[4:].replace('-', '').upper()[:16]}", "soak")
            self._stack.workspace.channels[channel.id] = channel
            question = Question(
                job_id, sought, chance.choice(PEOPLE), channel.id, chance.choice(AGES), chance
            )
            done = ask(question)
            with self._lock:
                self.asked.append(replace(done, seconds=time.monotonic() - began))
            if done.error:  # wait before the next one, as people do, so that a busy machine recovers
                time.sleep(chance.uniform(0.2, 2.0))


class Chances:
    """The faults of every party, at random."""

    def __init__(self, stack: Stack, seed: str) -> None:
        self._center = CenterChance(0.15, 0.25, f"{seed} ccc")
        self._vault = Chance(KMS, lambda _: 0.25, f"{seed} kms", KNOWN_TO_KMS)
        self._posts = Chance(SLACK, lambda _: 0.1, f"{seed} slack", KNOWN_TO_SLACK)
        self._platform = PlatformChance(0.15, 0.03, f"{seed} fc", dict(stack.platform.faults.kinds))
        stack.center.faults, stack.vault.faults = self._center, self._vault
        stack.workspace.faults, stack.platform.faults = self._posts, self._platform

    @property
    def given(self) -> "Counter[str]":
        """How often there was each fault."""
        return self._center.given + self._vault.given + self._posts.given + self._platform.all_given

    @property
    def log(self) -> list[Given]:
        """Each fault, with what it met."""
        return [*self._center.log, *self._vault.log, *self._posts.log, *self._platform.all_logged]

    def end(self) -> None:
        """Let nothing fail any more."""
        for each in (self._center, self._vault, self._posts, self._platform):
            each.end()


def main() -> int:
    """Run, wait for what is under way, and settle the account."""
    seed = os.environ.get("SEED") or secrets.token_hex(4)
    seconds = float(os.environ.get("SECONDS") or 180)
    threads = int(os.environ.get("THREADS") or 12)
    _say(f"SEED={seed} SECONDS={seconds:g} THREADS={threads}")
    roles = ram.RamAccount()
    with (
        serve(ram.application(roles)) as ram_url,
        open_stack(
            change=_deployed,
            keep_alive=KEEP_ALIVE,
            environ={f"DEPLOY_{name}_ENDPOINT": ram_url for name in ("RAM", "STS")},
        ) as stack,
    ):
        stack.journal.limit = JOURNAL_ENTRIES
        for number in range(OFTEN_CALLS):
            job_id = f"job-{uuid.UUID(int=number, version=4)}"
            stack.center.add(_renumbered(under(sample("inbound-ivr"), job_id), OFTEN))
        chances = Chances(stack, seed)
        load = Load(stack, seed, time.monotonic() + seconds)
        _run([partial(load.ask, number) for number in range(threads)], seconds)
        _say("nobody asks any more; waiting for the worker")
        chances.end()
        _wait_for_worker(stack)
        return _report(stack, chances, load, roles, seed)


def _wait_for_worker(stack: Stack) -> None:
    began, ended_at = time.monotonic(), time.time()
    try:
        stack.settle(180)
    except TimeoutError:
        _say("the worker is not done after three minutes: what it has left counts as lost")
    _say(f"done {time.monotonic() - began:.0f} s later; {backlog(stack, ended_at)}")


def _report(stack: Stack, chances: Chances, load: Load, roles: ram.RamAccount, seed: str) -> int:
    """Print the account and return the exit status."""
    given_up = [task.payload for task in stack.platform.tasks.failed]
    own = [each for each in stack.workspace.messages if each.author == stack.workspace.app.bot_user]
    settled = account(load.asked, own, given_up)
    bills = [stack.platform.bill(name) for name in stack.platform.names()]
    cold, runs = sum(bill.cold_starts for bill in bills), sum(bill.invocations for bill in bills)
    asked_of_kms = Counter(each.action for each in stack.vault.asked)
    lost = [trail(stack, chances.log, each) for each in settled.lost[:MAX_TRAILS]]
    twice = [trail(stack, chances.log, each) for each in settled.repeated]
    excused = sum(bool(each.excuse()) for each in twice)
    faults = chances.given
    lines = [
        settled.text(),
        f"not taken: {dict(Counter(str(each.error) for each in load.asked if each.error))}",
        f"{runs} invocations, {cold} instances, {faults.total()} faults: {dict(faults.most_common())}",
        *(line for each in lost for line in _described("LOST", each)),
        *(line for each in twice for line in _described("TWICE", each)),
        f"answered twice: {settled.twice} of {settled.accepted}, {settled.twice / max(1, settled.accepted):.2%}",
        f"of these, nobody could know of the first answer: {excused}",
        f"requests to KMS: {dict(asked_of_kms)}, to RAM: {len(roles.asked)}",
        f"lost: {len(settled.lost)} (SEED={seed})",
    ]
    if settled.thin:
        lines.append(
            "This proves nothing: most was not taken. The machine is too busy; fewer THREADS ask less of it."
        )
    sys.stdout.write("\n".join(lines) + "\n")
    touched = roles.asked or asked_of_kms.keys() - {"GetSecretValue"}
    if settled.lost or settled.too_often_twice(excused) or touched:
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


def _described(what: str, each: Trail) -> Iterable[str]:
    """Yield what happened to a request."""
    yield f"{what}: {each.asked.kind} {each.asked.job_id} {each.excuse() if what == 'TWICE' else ''}".rstrip()
    yield from (f"    {line}" for line in each.lines())


def _say(what: str) -> None:
    sys.stderr.write(f"[{time.strftime('%H:%M:%S')}] {what}\n")


if __name__ == "__main__":
    sys.exit(main())
