"""What was measured, as a table of ratios and as JSON."""

import json
from collections.abc import Container, Iterator, Sequence
from pathlib import Path
from statistics import median, quantiles

from tests.bench.prepare import BY_DETAIL_RECORD, BY_RECORDS, FLOOR, MANY, ONE, OWN

# The first request finds no notification records.
TWO_REQUESTS = "lookup by detail record, two requests to the contact center"
THREE_REQUESTS = "lookup by detail record and list of calls (for the hold time), three requests"
# How many times the floor (in a storm, one request at a time; by detail record, by notification records), or at most
# how much. What was once reached is not given back.
TARGETS = {
    "invocations per lookup": ("=", 1.0),
    "Function Compute's price per lookup": ("×", 1.03),
    "cold start, compiled, http: CPU": ("×", 3.0),
    "cold start, compiled, https: CPU": ("×", 3.0),
    "cold start, shipped, http: CPU": ("×", 3.0),
    "cold start, shipped, http, 0.35 vCPU: wall": ("=", 350.0),
    "warm lookup, 10 records, http: CPU": ("×", 4.0),
    "warm lookup, 10 records, https: CPU": ("×", 4.0),
    "peak memory after the first lookup": ("=", 32.0),
    "zip": ("=", 3.2),
    "bytes to message, 10000 records, times json.loads": ("=", 6.0),
    "alert storm: Function Compute's price per lookup": ("×", 0.2),
    f"{TWO_REQUESTS}: Function Compute's price per lookup": ("×", 2.1),
}
_BASES = (FLOOR, ONE, BY_RECORDS)
_OURS = (OWN, MANY, BY_DETAIL_RECORD)


class Results:
    """Samples of each measure and contender, in the order in which they were first added."""

    def __init__(self) -> None:
        self._samples: dict[str, dict[str, list[float]]] = {}
        self._units: dict[str, str] = {}

    def add(self, measure: str, unit: str, contender: str, value: float) -> None:
        """Keep one sample."""
        self._units[measure] = unit
        self._samples.setdefault(measure, {}).setdefault(contender, []).append(value)

    def table(self) -> str:
        """Return the table: medians, the spread of the middle half, and how many times the floor each is."""
        return "\n".join(self._lines())

    def _lines(self) -> Iterator[str]:
        for measure, samples in self._samples.items():
            yield f"\n{measure}{self._target(measure)}"
            base = _first(samples, *_BASES)
            for name, values in sorted(samples.items(), key=lambda item: median(item[1])):
                ratio = f"{_ratio(values, samples[base]):8.2f} ×" if base else ""
                shown = f"{median(values):10.4g} {self._units[measure]:<3} ± {_spread(values):4.0%}"
                yield f"  {name:<24}{shown} {ratio}"

    def _target(self, measure: str) -> str:
        kept = self.kept(measure)
        if kept is None:
            return ""
        kind, limit = TARGETS[measure]
        base = _first(self._samples[measure], *_BASES)
        wanted = f"{limit:g} × {base}" if kind == "×" else f"{limit:g} {self._units[measure]}".rstrip()
        return f"   [target: at most {wanted}: {'reached' if kept else 'NOT REACHED'}]"

    def kept(self, measure: str) -> bool | None:
        """Say whether our own figure keeps to its target; None where there is none."""
        samples = self._samples.get(measure, {})
        ours, base = _first(samples, *_OURS), _first(samples, *_BASES)
        if measure not in TARGETS or ours is None:
            return None
        kind, limit = TARGETS[measure]
        if kind == "×" and base:
            return _ratio(samples[ours], samples[base]) <= limit
        return median(samples[ours]) <= limit

    def missed(self) -> list[str]:
        """Return the measures whose target is not reached."""
        return [measure for measure in TARGETS if self.kept(measure) is False]

    def write(self, path: Path, about: dict[str, object]) -> None:
        """Write everything to *path*."""
        measures = {
            measure: {
                "unit": self._units[measure],
                "contenders": {n: _figures(v) for n, v in samples.items()},
            }
            for measure, samples in self._samples.items()
        }
        path.write_text(json.dumps({**about, "measures": measures}, indent=1), "utf-8")


def _ratio(values: Sequence[float], base: Sequence[float]) -> float:
    """Return how many times *base* the *values* are: the median of pairs that were measured one after the other.

    What slows the machine down for a while is in both of a pair.
    """
    if len(values) != len(base) or not all(base):
        return median(values) / median(base) if median(base) else float("inf")
    return median(value / other for value, other in zip(values, base, strict=True))


def _first(samples: Container[str], *names: str) -> str | None:
    """Return the first of *names* that was measured."""
    return next((name for name in names if name in samples), None)


def _spread(values: Sequence[float]) -> float:
    """Return half the distance between the quartiles, as a part of the median."""
    if len(values) < 2:
        return 0.0
    first, _, third = quantiles(values, n=4, method="inclusive")
    return (third - first) / 2 / median(values)


def _figures(values: Sequence[float]) -> dict[str, object]:
    return {"median": median(values), "spread": _spread(values), "least": min(values), "samples": len(values)}
