"""`make bench`: this project beside the usual pattern and beside the floor, in one run.

QUICK=1 takes fewer rounds. The figures go to build/bench/results.json, too.
"""

import os
import platform
import sys
import time

from tests.bench.instances.quota import SHARE
from tests.bench.measures.alerts import measure_alerts
from tests.bench.measures.assistant import measure_assistant
from tests.bench.measures.comparison import Measurement
from tests.bench.measures.details import measure_details
from tests.bench.measures.imports import measure_imports
from tests.bench.measures.lookup import Bench
from tests.bench.measures.storm import Storm
from tests.bench.prepare import FOLDER, certificate, contenders, version_and_python, zipped
from tests.bench.results import Results
from tests.bench.upstreams.outside import outside


def main() -> int:
    """Prepare, measure, print."""
    began = time.monotonic()

    def say(what: str) -> None:
        sys.stderr.write(f"[{time.monotonic() - began:4.0f} s] {what}\n")

    quick = bool(os.environ.get("QUICK"))
    FOLDER.mkdir(parents=True, exist_ok=True)
    version, python = version_and_python()
    say(f"building for Python {version}")
    measured = contenders(version, python)
    results = Results()
    for contender in measured:
        results.add("zip", "MB", contender.name, zipped(contender) / 1e6)
    with outside(*certificate()) as stack:
        measurement = Measurement(Bench(python, stack), measured, results, quick=quick, say=say)
        measurement.cold()
        say("what a cold start imports")
        measure_imports(python, measured, stack, results, quick=quick)
        measurement.warm()
        measurement.reading()
        say("calls without notification records, and finding calls")
        measure_details(python, measured, stack, results, quick=quick)
        say("questions of Slack's assistant")
        measure_assistant(python, measured, stack, results, quick=quick)
        say("an alert storm, one request at a time and many at once")
        Storm(version, python, stack, results, quick).measure()
    measure_alerts(version, python, results, quick=quick, say=say)
    path = FOLDER / "results.json"
    results.write(
        path, {"python": version, "machine": platform.platform(), "at": time.time(), "quick": quick}
    )
    missed = results.missed()
    sys.stdout.write(
        f"Python {version}, {os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}. {SHARE} vCPU: the process"
        " is stopped for the rest of a tenth of a second of which it has used its share."
        " ± is half the distance between the quartiles.\n"
        f"{results.table()}\n\n"
        f"{path.relative_to(FOLDER.parents[1])} has all figures. Not reached: {', '.join(missed) or 'nothing'}\n"
    )
    return 0


if __name__ == "__main__":
    sys.exit(main())
