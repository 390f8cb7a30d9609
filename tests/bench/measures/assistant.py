"""What a question of Slack's assistant costs over MCP, beside the same lookup as a command, cold and warm."""

import json
from collections.abc import Sequence
from math import ceil
from pathlib import Path

from tests.bench.instances.instance import Calls, Contender, Instance
from tests.bench.measures.comparison import UPSTREAM, price
from tests.bench.prepare import OWN
from tests.bench.results import Results
from tests.bench.upstreams.outside import Outside

COMMAND, ASSISTANT = "as a command", "by the assistant"


def measure_assistant(
    python: Path, contenders: Sequence[Contender], stack: Outside, results: Results, *, quick: bool
) -> None:
    """Measure our own function, with upstreams that answer at once (CPU), and with slow ones (price)."""
    own = next(each for each in contenders if each.name == OWN)
    environ = stack.environ("http")

    def asked(name: str, count: int) -> list[str]:
        return stack.events("http", 10, count) if name == COMMAND else stack.questions(10, count)

    for _ in range(3 if quick else 7):
        for name in (COMMAND, ASSISTANT):
            instance = Instance(python, own, environ)
            _checked(instance.call(asked(name, 1)), name)
            results.add("the assistant, cold start, compiled: CPU", "ms", name, instance.end() * 1e3)
    instance = Instance(python, own, environ)
    try:
        for name in (COMMAND, ASSISTANT):
            _checked(instance.call(asked(name, 3)), name)
        for seconds, rounds in ((0.0, 1 if quick else 5), (1.0, 1 if quick else 3)):
            stack.delay(**{name: seconds * delay for name, delay in UPSTREAM.items()})
            for name in (COMMAND, ASSISTANT) * rounds:
                calls = _checked(instance.call(asked(name, 10)), name)
                for cpu, wall in zip(calls.cpu, calls.wall, strict=True):
                    if seconds:
                        billed = price(1, ceil(wall * 1e3) / 1e3)
                        results.add("the assistant: Function Compute's price per lookup", "CU", name, billed)
                    else:
                        results.add("the assistant: CPU", "ms", name, cpu * 1e3)
    finally:
        stack.delay()
        instance.end()


def _checked(calls: Calls, name: str) -> Calls:
    """Return *calls*; raise RuntimeError where the last was not answered."""
    result = calls.result
    body = json.loads(str(result["body"])) if result and result.get("statusCode") == 200 else {}
    if not body or (name == ASSISTANT and body["result"]["isError"]):
        msg = f"{name}: no answer: {str(result)[:300]}"
        raise RuntimeError(msg)
    return calls
