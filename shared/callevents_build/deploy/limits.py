"""What Function Compute and its fc3 component allow: `function.schema.json`, and what no schema can say."""

import json
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any, Final

# https://help.aliyun.com/zh/functioncompute/fc/product-overview/quotas-and-limits
MAX_ENVIRONMENT_BYTES: Final = 4096
_CPU_STEP: Final = 0.05
_MIN_GIB_PER_CPU, _MAX_GIB_PER_CPU = 1, 4


@cache
def function_schema() -> dict[str, Any]:
    """Return the JSON schema of a function's properties."""
    text = Path(__file__).with_name("function.schema.json").read_text("utf-8")
    schema: dict[str, Any] = json.loads(text)
    return schema


def regions() -> frozenset[str]:
    """Return the regions that Function Compute is in."""
    return frozenset(function_schema()["properties"]["region"]["enum"])


def max_concurrency() -> int:
    """Return how many requests an instance may serve at once."""
    return int(function_schema()["properties"]["instanceConcurrency"]["maximum"])


def violations(properties: Mapping[str, Any]) -> Iterator[str]:
    """Yield a sentence for each property, after all expressions are resolved, that would be refused or ignored."""
    from jsonschema import Draft202012Validator

    for error in Draft202012Validator(function_schema()).iter_errors(dict(properties)):
        yield f"{error.json_path.removeprefix('$').removeprefix('.') or 'properties'}: {error.message}"
    cpu, memory = properties.get("cpu"), properties.get("memorySize")
    if isinstance(cpu, int | float) and isinstance(memory, int) and cpu > 0:
        steps = cpu / _CPU_STEP
        if abs(steps - round(steps)) > 1e-6:  # noqa: PLR2004 - what floating point loses
            yield f"cpu: {cpu} is not a multiple of {_CPU_STEP}"
        if not _MIN_GIB_PER_CPU <= memory / 1024 / cpu <= _MAX_GIB_PER_CPU:
            yield f"cpu: {cpu} does not fit memorySize {memory}: 1 to 4 GB for each vCPU"
    size = environment_bytes(properties.get("environmentVariables") or {})
    if size > MAX_ENVIRONMENT_BYTES:
        yield f"environmentVariables: {size} bytes, more than {MAX_ENVIRONMENT_BYTES}"


def environment_bytes(variables: Mapping[str, object]) -> int:
    """Return the size of a function's environment as Function Compute counts it."""
    return sum(len(f"{name}{value}".encode()) for name, value in variables.items())
