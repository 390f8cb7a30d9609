"""What a cold start imports, by weight: the time that each module takes itself, without what it imports in turn."""

import json
import re
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from statistics import median

from tests.bench.instances.instance import RUNNER, Contender
from tests.bench.prepare import OWN
from tests.bench.results import Results
from tests.bench.upstreams.outside import Outside

HEAVIEST = 15
BY_PACKAGE = "imports of a cold start, without what each imports in turn, by package: time"
BY_MODULE = "imports of a cold start, without what each imports in turn, the heaviest modules: time"
# "import time: self [us] | cumulative | name", the name indented by how deep it is.
# https://docs.python.org/3/using/cmdline.html#cmdoption-X
_LINE = re.compile(r"import time: +(\d+) \| +\d+ \| +(\S+)")
_HTTP = frozenset({"httpx", "httpcore", "h11", "idna", "certifi", "anyio", "sniffio", "h2"})
_SLACK = frozenset({"slack_bolt", "slack_sdk"})
_OURS = frozenset({"callevents", "index"})


def measure_imports(
    python: Path, contenders: Sequence[Contender], stack: Outside, results: Results, *, quick: bool
) -> None:
    """Measure a cold start of our own function up to its first answer."""
    own = next(each for each in contenders if each.name == OWN)
    rounds = [_weights(python, own, stack) for _ in range(3 if quick else 9)]
    modules = {name for weights in rounds for name in weights}
    groups = {name: group_of(name) for name in modules}
    sizes = {group: sum(each == group for each in groups.values()) for group in {*groups.values()}}
    middle = {name: median(weights.get(name, 0.0) for weights in rounds) for name in modules}
    heaviest = sorted(modules, key=middle.__getitem__)[-HEAVIEST:]
    for weights in rounds:
        for group, size in sizes.items():
            own_time = sum(time for name, time in weights.items() if groups[name] == group)
            results.add(BY_PACKAGE, "ms", f"{group} ({size})", own_time)
        results.add(BY_PACKAGE, "ms", f"all ({len(modules)})", sum(weights.values()))
        for name in heaviest:
            results.add(BY_MODULE, "ms", name, weights.get(name, 0.0))


def group_of(module: str) -> str:
    """Return what *module* belongs to."""
    package = module.partition(".")[0]
    if package in _OURS:
        return "callevents' own"
    if package in _HTTP:
        return "httpx and below it"
    if package in _SLACK:
        return "slack_bolt, slack_sdk"
    if package in sys.stdlib_module_names or package.startswith("_sysconfigdata"):
        return "standard library"
    return "asked for and not there"  # optional packages that the others would use


def weights_of(printed: str) -> Mapping[str, float]:
    """Return the milliseconds of each module that -X importtime *printed*."""
    return {name: int(microseconds) / 1e3 for microseconds, name in _LINE.findall(printed)}


def _weights(python: Path, own: Contender, stack: Outside) -> Mapping[str, float]:
    options = ("-I", "-S", *own.shipped, "-X", "importtime")
    done = subprocess.run(
        [str(python), *options, str(RUNNER), *map(str, own.folders)],
        input=json.dumps({"calls": stack.events("http", 10, 1)}) + "\n",
        capture_output=True,
        text=True,
        check=True,
        env={"PATH": "/nowhere", "LANG": "C.UTF-8", **stack.environ("http")},
    )
    result = json.loads(done.stdout)["result"]
    if not result or result.get("statusCode") != 200:
        msg = f"the cold start did not answer: {result}"
        raise RuntimeError(msg)
    return weights_of(done.stderr)
