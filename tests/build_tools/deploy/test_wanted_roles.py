"""What the roles may do: what stands in `functions/`, in this account and region, and no more."""

import json
from collections.abc import Mapping
from typing import Any

import httpx
import pytest

from callevents.alibabacloud.clients import Clients
from callevents.settings.variables import FUNCTIONS
from callevents_build.artefact.build import PROJECT
from callevents_build.deploy.cloud import Cloud
from callevents_build.deploy.roles.wanted import (
    MARK,
    Place,
    policy_document,
    regions_in,
    same_document,
    wanted_roles,
)
from callevents_build.deploy.steps.roles import other_regions

ACCOUNT = "1234567890123456"
HERE = Place(ACCOUNT, "cn-hongkong")


def statements(function: str, place: Place = HERE) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(policy_document(PROJECT, function, place))["Statement"]
    return found


def resources(function: str, place: Place = HERE) -> list[str]:
    found = []
    for each in statements(function, place):
        found += each["Resource"] if isinstance(each["Resource"], list) else [each["Resource"]]
    return found


@pytest.mark.parametrize("function", FUNCTIONS)
def test_a_role_may_do_what_its_policy_says_here_alone(function: str) -> None:
    written = json.loads((PROJECT / "functions" / function / "policy.json").read_text("utf-8"))["Statement"]

    assert [each["Action"] for each in statements(function)] == [each["Action"] for each in written]
    for each in resources(function):
        assert each == "*" or f":cn-hongkong:{ACCOUNT}:" in each
        assert ":*:" not in each


def test_only_function_compute_can_take_a_role_and_each_has_the_mark() -> None:
    for each in wanted_roles(PROJECT, HERE):
        assert json.loads(each.role.trust)["Statement"][0]["Principal"] == {"Service": ["fc.aliyuncs.com"]}
        assert each.role.name == each.policy.name
        assert (each.role.description, each.policy.description) == (MARK, MARK)


def test_another_name_of_the_worker_is_the_one_that_may_be_invoked() -> None:
    found = [each for each in resources("slack", HERE._replace(worker="lookups")) if "functions/" in each]

    assert found == [
        f"acs:fc:cn-hongkong:{ACCOUNT}:functions/lookups",
        f"acs:fc:cn-hongkong:{ACCOUNT}:functions/lookups/*",
    ]


@pytest.mark.parametrize(
    ("key", "actions"), [("", ["kms:GetSecretValue"]), ("key-1", ["kms:GetSecretValue", "kms:Decrypt"])]
)
def test_a_function_may_read_the_secrets_that_its_settings_name(key: str, actions: list[str]) -> None:
    place = HERE._replace(secrets={"slack": ["mine/a", "mine/b"]}, key=key)

    added = [each for each in statements("slack", place) if each["Action"].startswith("kms:")]

    assert [each["Action"] for each in added] == actions
    assert added[0]["Resource"] == [
        f"acs:kms:cn-hongkong:{ACCOUNT}:secret/mine/a", f"acs:kms:cn-hongkong:{ACCOUNT}:secret/mine/b",
    ]  # fmt: skip
    assert all(each["Resource"] == f"acs:kms:cn-hongkong:{ACCOUNT}:key/key-1" for each in added[1:])
    assert not [each for each in statements("worker", place) if each["Action"].startswith("kms:")]


def test_two_regions_are_both_named_and_found_again() -> None:
    place = HERE._replace(others=frozenset({"ap-northeast-1"}))

    document = policy_document(PROJECT, "worker", place)

    assert regions_in(document, ACCOUNT) == {"cn-hongkong", "ap-northeast-1"}
    assert regions_in(document, "1") == frozenset()
    logs = [each for each in resources("worker", place) if each.startswith("acs:log:")]
    assert [each.split(":")[2] for each in logs] == ["ap-northeast-1", "cn-hongkong"]
    assert len(document) < 6144  # as long as RAM takes a policy


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ('{"a": 1, "b": ["x", "y"]}', '{"b":["y","x"],"a":1}', True),
        ('{"Action": ["x"]}', '{"Action": "x"}', True),
        ('{"Action": ["x"]}', '{"Action": "y"}', False),
        ('{"a": 1}', '{"a": 1, "b": 2}', False),
        ("not JSON", "not JSON", True),
        ("not JSON", "{}", False),
    ],
)
def test_documents_that_say_the_same_are_the_same(one: str, other: str, *, same: bool) -> None:
    assert same_document(one, other) is same


def answer(there: Mapping[str, str]) -> httpx.Client:
    """Return a client of a cloud whose policies name Tokyo and Singapore, and whose functions are in *there*."""
    place = HERE._replace(others=frozenset({"ap-northeast-1", "ap-southeast-1"}))
    document = policy_document(PROJECT, "slack", place)

    def respond(request: httpx.Request) -> httpx.Response:
        action = request.headers["x-acs-action"]
        if action == "GetCallerIdentity":
            return httpx.Response(200, json={"AccountId": ACCOUNT, "Arn": "acs:ram::1:user/a"})
        if action == "GetPolicy":
            policy = {"Policy": {"Description": MARK}, "DefaultPolicyVersion": {"PolicyDocument": document}}
            return httpx.Response(200, json=policy)
        assert request.url.host.startswith(f"{ACCOUNT}.")
        name = there.get(request.url.host.split(".")[1])
        if name and request.extensions["target"].decode().endswith(name):
            return httpx.Response(200, json={"functionName": name})
        return httpx.Response(404, json={"Code": "FunctionNotFound"})

    return httpx.Client(transport=httpx.MockTransport(respond))


@pytest.mark.parametrize("there", [{}, {"ap-northeast-1": "callevents-worker"}])
def test_a_region_counts_while_a_function_is_there(there: dict[str, str]) -> None:
    key = {"ALIBABA_CLOUD_ACCESS_KEY_ID": "LTAI0", "ALIBABA_CLOUD_ACCESS_KEY_SECRET": "s"}
    cloud = Cloud(key, Clients(answer(there)))

    assert other_regions(cloud, ACCOUNT) == set(there)


def test_the_names_in_kms_policies_are_no_more_than_examples() -> None:
    """What is deployed is made of the settings: a name that stands in the file alone opens nothing."""
    place = HERE._replace(secrets={"webhook": ["only/this"]})

    assert not [each for each in resources("webhook", place) if "callevents/webhook" in each]
