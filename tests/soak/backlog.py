"""What the worker had left to do when nobody asked any more, and what its time went to."""

import os
from statistics import median

from callevents_sandbox.stack import Stack
from tests.soak.trail import log_lines


def backlog(stack: Stack, since: float) -> str:
    """Return a line about the worker's runs that ended after *since* (Unix seconds)."""
    runs = [
        each.facts
        for each in stack.journal.entries("fc", "invoked")
        if each.at > since and each.facts["function"] == "callevents-worker"
    ]
    seconds = [float(str(each["billed_ms"])) / 1000 for each in runs] or [0.0]
    ended = {each["request_id"] for each in runs}
    waited = sum(
        float(str(line.fields.get("ccc_ms", 0.0)))
        for outcome in stack.platform.outcomes
        if outcome.request_id in ended
        for line in log_lines(outcome)
    )
    return (
        f"the worker's last runs: {len(runs)}, {median(seconds):.1f} s each (median), {sum(seconds):.0f} s in all, "
        f"{waited / 1000:.0f} s of them for the contact center; load {os.getloadavg()[0]:.1f}"
    )
