"""What a call costs that has no notification records, beside one that has; and what it costs to find calls."""

from collections.abc import Sequence
from math import ceil
from pathlib import Path

from tests.bench.instances.instance import Contender, Instance
from tests.bench.measures.comparison import UPSTREAM, price
from tests.bench.prepare import BY_DETAIL_AND_LIST, BY_DETAIL_RECORD, BY_RECORDS, OWN
from tests.bench.results import THREE_REQUESTS, TWO_REQUESTS, Results
from tests.bench.upstreams.calls import UNLISTED, UNRECORDED, job_of
from tests.bench.upstreams.outside import Outside

# The documented call, of which there are as many as the stack has been asked for.
FIND = "find 13800000201 2026-03-04"
_FOUND = 20
_SETTINGS = {"CALLEVENTS_SEARCH_USERS": "U0MEI"}
_FINDING = "finding calls, the newest 20 of a number"
_RECORDS = job_of(10)


def measure_details(
    python: Path, contenders: Sequence[Contender], stack: Outside, results: Results, *, quick: bool
) -> None:
    """Measure warm instances of our own, in turns: CPU with upstreams that answer at once, price with slow ones.

    Where the role may not list calls, a lookup by detail record is two requests to the contact center, and the function
    remembers it; so there are two instances, of which one has never met that refusal.
    """
    own = next(each for each in contenders if each.name == OWN)
    stack.calls(_FOUND)
    environ = {**stack.environ("http"), **_SETTINGS}
    refused, allowed = (Instance(python, own, environ) for _ in range(2))
    turns = (
        (refused, TWO_REQUESTS, BY_RECORDS, _RECORDS),
        (refused, TWO_REQUESTS, BY_DETAIL_RECORD, job_of(10, UNLISTED)),
        (allowed, THREE_REQUESTS, BY_RECORDS, _RECORDS),
        (allowed, THREE_REQUESTS, BY_DETAIL_AND_LIST, job_of(10, UNRECORDED)),
        (allowed, _FINDING, OWN, FIND),
    )
    try:
        for instance, _, _, text in turns:
            instance.call(stack.commands("http", text, 3))
        for seconds, rounds in ((0.0, 2 if quick else 8), (1.0, 1 if quick else 5)):
            stack.delay(**{name: seconds * delay for name, delay in UPSTREAM.items()})
            for _ in range(rounds):
                for instance, what, name, text in turns:
                    events = stack.commands("http", text, 3)
                    _measure(instance, events, results, what, name, slow=bool(seconds))
    finally:
        stack.delay()
        refused.end()
        allowed.end()


def _measure(
    instance: Instance, events: Sequence[str], results: Results, what: str, name: str, *, slow: bool
) -> None:
    calls = instance.call(events)
    if not calls.result or calls.result.get("statusCode") != 200:
        raise RuntimeError(f"{name} did not answer: {calls.result}")
    for cpu, wall in zip(calls.cpu, calls.wall, strict=True):
        if not slow:
            results.add(f"{what}: CPU", "ms", name, cpu * 1e3)
            continue
        billed = ceil(wall * 1e3)
        results.add(f"{what}: billed time, 150 ms upstream", "ms", name, billed)
        results.add(f"{what}: Function Compute's price per lookup", "CU", name, price(1, billed / 1e3))
