"""One instance of a contender: loads its handler and calls it with the events it is given.

Runs as a script, with the standard library only, in an interpreter of its own: `runner.py FOLDER…` (the first holds
`index.py`). Commands are JSON lines: `{"calls": [event, …]}` is answered with the CPU and wall nanoseconds of each
call, the last answer, and the peak memory in KiB.
"""

import importlib.util
import json
import sys
import time
from types import SimpleNamespace

TYPE_CHECKING = False  # the typing module is not loaded for it: a cold start is measured here
if TYPE_CHECKING:
    from typing import Any


def main() -> None:
    """Load at the first calls, as a cold start does, and go on until there are no more."""
    sys.path[:0] = sys.argv[1:]
    out = sys.stdout
    sys.stdout = sys.stderr  # what a contender prints is no answer
    handler = None
    for line in sys.stdin:
        cpu, wall, result = [], [], None
        for event in json.loads(line)["calls"]:
            data = event.encode()
            began_cpu, began = time.process_time_ns(), time.perf_counter_ns()
            handler = handler or load(sys.argv[1])
            result = handler(data, CONTEXT)
            cpu.append(time.process_time_ns() - began_cpu)
            wall.append(time.perf_counter_ns() - began)
        out.write(json.dumps({"cpu": cpu, "wall": wall, "result": result, "peak": peak()}) + "\n")
        out.flush()


def peak() -> int:
    """Return the most memory that this process has had, in KiB."""
    with open("/proc/self/status") as status:  # noqa: PTH123 - pathlib would weigh, and take its time
        return next(int(line.split()[1]) for line in status if line.startswith("VmHWM"))


CONTEXT = SimpleNamespace(
    request_id="1-bench",
    account_id="1234567890123456",
    region="cn-hongkong",
    function=SimpleNamespace(name="callevents-slack", handler="index.handler", memory=512, timeout=5),
    service=SimpleNamespace(name="", qualifier="LATEST", log_project="", log_store="", version_id=""),
    credentials=SimpleNamespace(access_key_id="", access_key_secret="", security_token=""),
    logger=None,
)


def load(folder: str) -> "Any":
    """Return the handler in *folder*."""
    spec = importlib.util.spec_from_file_location("index", f"{folder}/index.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules["index"] = module
    spec.loader.exec_module(module)
    return module.handler


main()
