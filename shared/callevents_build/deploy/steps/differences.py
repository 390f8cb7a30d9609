"""How what is deployed differs from what was meant: the names of what differs, never a value."""

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Final, NamedTuple

from callevents.alibabacloud.fc.functions import DeployedFunction, Trigger
from callevents_build.deploy.steps.checksum import crc64

# What GetFunction shows under the names that template.yml has; the rest is code, settings, or hangs on the function.
_PROPERTIES: Final = (
    *(
        "runtime",
        "handler",
        "description",
        "timeout",
        "cpu",
        "memorySize",
        "diskSize",
        "role",
        "internetAccess",
    ),
    *("instanceConcurrency", "instanceLifecycleConfig"),
)
_ANYTHING: Final = object()


class Deployed(NamedTuple):
    """A function with all that hangs on it."""

    function: DeployedFunction
    triggers: tuple[Trigger, ...] = ()
    concurrency: Mapping[str, object] = {}
    async_config: Mapping[str, object] = {}


def differences(props: Mapping[str, object], deployed: Deployed, code: Path | None = None) -> list[str]:
    """Return what of *deployed* is not as *props*, which Serverless Devs resolved, and the zip at *code* say."""
    return [
        *_of_properties(props, deployed.function),
        *_of_the_rest(props, deployed),
        *_of_code(deployed, code),
    ]


def _of_properties(props: Mapping[str, object], function: DeployedFunction) -> Iterator[str]:
    for name in _PROPERTIES:
        if not _is_as_meant(props.get(name), function.properties.get(name, _ANYTHING)):
            yield name
    meant = {name: str(value) for name, value in _members(props.get("environmentVariables")).items()}
    there = function.environment
    yield from sorted(
        name for name in meant.keys() | there.keys() if meant.get(name, "") != there.get(name, "")
    )


def _of_the_rest(props: Mapping[str, object], deployed: Deployed) -> Iterator[str]:
    by_name = {trigger.name: trigger for trigger in deployed.triggers}
    triggers = props.get("triggers")
    for meant in triggers if isinstance(triggers, list) else ():
        found = by_name.get(meant["triggerName"])
        if found is None or not _is_as_meant(meant["triggerConfig"], found.config):
            yield f"the trigger {meant['triggerName']}"
    if not _holds(deployed.concurrency, _members(props.get("concurrencyConfig"))):
        yield "the limit of instances"
    tasks = _members(props.get("asyncInvokeConfig"))
    is_unasked = not tasks.get("destinationConfig") and _has_destination(deployed.async_config)
    if not _holds(deployed.async_config, tasks) or is_unasked:
        yield "the settings for asynchronous calls"


def _has_destination(config: Mapping[str, object]) -> bool:
    """Say whether what failed, or went well, is sent somewhere."""
    return any(
        _members(each).get("destination") for each in _members(config.get("destinationConfig")).values()
    )


def _of_code(deployed: Deployed, code: Path | None) -> Iterator[str]:
    if code is not None and crc64(code.read_bytes()) != deployed.function.text("codeChecksum"):
        yield "the code"


def _is_as_meant(meant: object, there: object) -> bool:
    """Say whether *there* holds what is *meant*; what was not meant, or is not shown, may be anything."""
    if meant is None or there is _ANYTHING:
        return True
    if isinstance(meant, Mapping):
        return isinstance(there, Mapping) and _holds(there, meant)
    if isinstance(meant, list) and isinstance(there, list):
        return sorted(map(_key, meant)) == sorted(map(_key, there))
    return meant == there


def _holds(there: Mapping[str, object], meant: Mapping[str, object]) -> bool:
    return all(_is_as_meant(value, there.get(name) or type(value)()) for name, value in meant.items())


def _members(value: object) -> Mapping[str, object]:
    return value if isinstance(value, Mapping) else {}


def _key(value: object) -> str:
    return json.dumps(value, sort_keys=True)
