"""Every sentence of the rules: tests/data/rules.txt."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

RULES = Path(__file__).parent.parent / "data" / "rules.txt"


def rules() -> Iterator[Any]:
    text = "\n".join(
        line for line in RULES.read_text(encoding="utf-8").splitlines() if not line.startswith("#")
    )
    for rule in text.split("== ")[1:]:
        name, call, facts = rule.strip().splitlines()
        call_type, _, steps = call.partition(": ")
        yield pytest.param(call_type, steps.split(" / "), json.loads(facts), id=name)


@pytest.mark.parametrize(("call_type", "steps", "expected"), list(rules()))
def test_rule(
    call_type: str, steps: list[str], expected: dict[str, Any], call_facts: Callable[..., dict[str, Any]]
) -> None:
    found = call_facts(None if call_type == "-" else call_type, *steps)

    assert {key: found[key] for key in expected} == expected
