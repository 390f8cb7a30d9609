"""Reads `requirements.lock`: which versions, with which hashes, under which conditions."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from packaging.markers import Marker
from packaging.utils import NormalizedName, canonicalize_name

_PIN = re.compile(r"(?P<name>[0-9A-Za-z._-]+)==(?P<version>[^\s;\\]+)(?:\s*;\s*(?P<marker>[^\\]+?))?\s*\\?")


@dataclass(frozen=True, slots=True)
class Pin:
    """One locked package."""

    name: NormalizedName
    version: str
    hashes: tuple[str, ...]

    def requirement(self) -> str:
        """Return the line that makes pip install this and nothing else."""
        return " ".join((f"{self.name}=={self.version}", *(f"--hash={each}" for each in self.hashes)))


def read_lock(path: Path, environment: Mapping[str, str]) -> dict[NormalizedName, Pin]:
    """Return the pins that hold in *environment* (PEP 508's variables), by normalized name."""
    pins: dict[NormalizedName, Pin] = {}
    for block in re.split(r"\n(?=\S)", path.read_text("utf-8")):
        head, *rest = block.splitlines() or [""]
        found = _PIN.fullmatch(head.strip())
        if found is None:
            continue
        marker = found["marker"]
        if marker and not Marker(marker).evaluate(dict(environment)):
            continue
        name = canonicalize_name(found["name"])
        hashes = tuple(re.findall(r"--hash=(\S+)", "\n".join(rest)))
        pins[name] = Pin(name, found["version"], hashes)
    return pins
