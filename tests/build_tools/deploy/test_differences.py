"""What differs between what is deployed and what was meant is named; no value is."""

import copy
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from callevents.alibabacloud.fc.functions import DeployedFunction, Trigger
from callevents_build.deploy.steps.checksum import crc64
from callevents_build.deploy.steps.differences import Deployed, differences

PROPS: dict[str, Any] = {
    "region": "cn-hongkong", "functionName": "callevents-slack", "runtime": "python3.10", "code": "./dist/slack.zip",
    "handler": "index.handler", "role": "acs:ram::1:role/callevents-slack", "timeout": 5, "cpu": 0.35,
    "memorySize": 512, "diskSize": 512, "internetAccess": True, "logConfig": "auto", "instanceConcurrency": 1,
    "description": "Answers",
    "instanceLifecycleConfig": {"initializer": {"handler": "index.initialize", "timeout": 10}},
    "environmentVariables": {"SLACK_SIGNING_SECRET": "its value", "CCC_INSTANCES": ""},
    "concurrencyConfig": {"reservedConcurrency": 10},
    "asyncInvokeConfig": {"asyncTask": True, "maxAsyncRetryAttempts": 2, "destinationConfig": {}},
    "triggers": [{"triggerName": "http", "triggerType": "http",
                  "triggerConfig": {"authType": "anonymous", "methods": ["POST", "PUT"]}}],
}  # fmt: skip


def as_meant() -> dict[str, Any]:
    """Return what the API shows of a function that is deployed as PROPS say, with what it adds by itself."""
    properties = copy.deepcopy(PROPS)
    for name in ("concurrencyConfig", "asyncInvokeConfig", "triggers", "code", "region"):
        del properties[name]
    del properties["environmentVariables"]["CCC_INSTANCES"]
    properties["logConfig"] = {"project": "serverless-cn-hongkong-1", "logstore": "default-logs"}
    properties["instanceLifecycleConfig"]["preStop"] = {"handler": "", "timeout": 3}
    return {
        "properties": {**properties, "codeChecksum": crc64(b"code"), "state": "Active", "tags": []},
        "trigger": {"authType": "anonymous", "methods": ["PUT", "POST"], "disableURLInternet": False},
        "concurrency": {"reservedConcurrency": 10, "functionArn": "acs:fc:…"},
        "async_config": {"asyncTask": True, "maxAsyncRetryAttempts": 2, "createdTime": "2026"},
    }


def found(shown: dict[str, Any], code: Path | None = None) -> list[str]:
    triggers = (Trigger("http", "http", shown["trigger"], "https://x.fcapp.run"),) if shown["trigger"] else ()
    function = DeployedFunction("callevents-slack", shown["properties"])
    return differences(PROPS, Deployed(function, triggers, shown["concurrency"], shown["async_config"]), code)


def test_nothing_differs_where_all_is_as_meant(tmp_path: Path) -> None:
    (tmp_path / "slack.zip").write_bytes(b"code")

    assert found(as_meant()) == []
    assert found(as_meant(), tmp_path / "slack.zip") == []


def test_other_code_differs(tmp_path: Path) -> None:
    (tmp_path / "slack.zip").write_bytes(b"other code")

    assert found(as_meant(), tmp_path / "slack.zip") == ["the code"]


def variables(shown: dict[str, Any]) -> dict[str, str]:
    held: dict[str, str] = shown["properties"]["environmentVariables"]
    return held


@pytest.mark.parametrize(
    ("change", "named"),
    [
        (lambda shown: shown["properties"].update(timeout=60), ["timeout"]),
        (lambda shown: shown["properties"].update(role="acs:ram::1:role/other"), ["role"]),
        (
            lambda shown: shown["properties"]["instanceLifecycleConfig"].pop("initializer"),
            ["instanceLifecycleConfig"],
        ),
        (lambda shown: variables(shown).update(SLACK_SIGNING_SECRET="older value"), ["SLACK_SIGNING_SECRET"]),
        (lambda shown: variables(shown).clear(), ["SLACK_SIGNING_SECRET"]),
        (lambda shown: variables(shown).update(ADDED="by hand"), ["ADDED"]),
        (lambda shown: variables(shown).update(CCC_INSTANCES="a=b"), ["CCC_INSTANCES"]),
        (lambda shown: shown.update(trigger=None), ["the trigger http"]),
        (lambda shown: shown["trigger"].update(methods=["POST"]), ["the trigger http"]),
        (lambda shown: shown["trigger"].update(authType="function"), ["the trigger http"]),
        (lambda shown: shown["concurrency"].clear(), ["the limit of instances"]),
        (lambda shown: shown["concurrency"].update(reservedConcurrency=1), ["the limit of instances"]),
        (lambda shown: shown["async_config"].clear(), ["the settings for asynchronous calls"]),
        (
            lambda shown: shown["async_config"].update(
                destinationConfig={"onFailure": {"destination": "acs:…"}}
            ),
            ["the settings for asynchronous calls"],
        ),
    ],
)
def test_what_differs_is_named_and_no_value_is(
    change: Callable[[dict[str, Any]], object], named: list[str]
) -> None:
    shown = as_meant()
    change(shown)

    assert found(shown) == named


def test_what_the_service_does_not_show_is_no_difference() -> None:
    shown = as_meant()
    for name in ("cpu", "internetAccess", "instanceConcurrency"):
        del shown["properties"][name]

    assert found(shown) == []


def test_the_checksum_is_that_of_the_storage() -> None:
    """As in the catalogue of CRCs: CRC-64/XZ, which Alibaba Cloud's storage calls ECMA-182."""
    assert crc64(b"123456789") == str(0x995DC9BBDF1939FA)
    assert crc64(b"") == "0"
