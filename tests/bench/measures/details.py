"""What a call costs that has no notification records, beside one that has; and what it costs to find calls."""

from collections.abc import Sequence
from math import ceil
from pathlib import Path

from tests.bench.instances.instance import Contender, Instance
from tests.bench.measures.comparison import UPSTREAM, price
from tests.bench.prepare import BY_DETAIL_RECORD, BY_RECORDS, OWN
from tests.bench.results import Results
from tests.bench.upstreams.calls import UNRECORDED, job_of
from tests.bench.upstreams.outside import Outside

# The documented call, of which there are as many as the stack has been asked for.
FIND = "find 13800000201 2026-03-04"
_FOUND = 20
_SETTINGS = {"CALLEVENTS_SEARCH_USERS": "U0MEI"}


def measure_details(
    python: Path, contenders: Sequence[Contender], stack: Outside, results: Results, *, quick: bool
) -> None:
    """Measure both in a warm instance of our own: CPU with upstreams that answer at once, price with slow ones."""
    own = next(each for each in contenders if each.name == OWN)
    stack.calls(_FOUND)
    asked = {
        "without notification records": {BY_RECORDS: job_of(10), BY_DETAIL_RECORD: job_of(10, UNRECORDED)},
        "finding calls": {OWN: FIND},
    }
    instance = Instance(python, own, {**stack.environ("http"), **_SETTINGS})
    try:
        for seconds, rounds in ((0.0, 1 if quick else 5), (1.0, 1 if quick else 3)):
            stack.delay(**{name: seconds * delay for name, delay in UPSTREAM.items()})
            for what, texts in asked.items():
                for name, text in texts.items():
                    instance.call(stack.commands("http", text, 3))
                    for _ in range(rounds):
                        _measure(
                            instance, stack.commands("http", text, 5), results, what, name, slow=bool(seconds)
                        )
    finally:
        stack.delay()
        instance.end()


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
