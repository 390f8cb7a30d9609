"""`make undeploy`, and what it leaves to others and to other regions."""

import pytest

from callevents_build.rehearsal.cloud import EmptyCloud, Run
from callevents_sandbox import ram
from callevents_sandbox.function_compute.management import Managed
from callevents_sandbox.server.faults import Fault
from tests.build_tools.deploy.test_steps import NAMES, SOMEBODYS, deployed, role_of

pytestmark = [pytest.mark.node, pytest.mark.socket]


def test_undeploying_shows_first_then_removes_what_was_made(cloud: EmptyCloud) -> None:
    deployed(cloud)
    cloud.account.policies["others"] = ram.PolicyState({"v1": SOMEBODYS})

    for switches in ({}, {"PLAN": "1"}, {"PLAN": "1", "YES": "1"}, {"YES": "no"}):
        shown = cloud.make("undeploy", **switches)
        assert "the function callevents-worker" in shown.text
        assert "make undeploy YES=1" in shown.text
    cloud.paste(YES="1")  # only the command line can say so
    assert "make undeploy YES=1" in cloud.make("undeploy").text
    assert cloud.functions.changes == []
    assert len(cloud.account.roles) == 3

    run = cloud.make("undeploy", YES="1")

    assert run.status == 0, run.text
    assert (cloud.functions.functions, cloud.account.roles, list(cloud.account.policies)) == (
        {},
        {},
        ["others"],
    )
    assert "This stays:" in run.text
    assert "nothing here that make deploy made" in cloud.make("undeploy", YES="1").text


def test_a_worker_of_another_name_goes_too_and_a_former_one_is_named(cloud: EmptyCloud) -> None:
    cloud.paste_key()
    cloud.make("deploy", CALLEVENTS_WORKER="former-worker")
    run = cloud.make("deploy", CALLEVENTS_WORKER="my-worker")
    assert "the function former-worker was the worker until now: delete it in the console" in run.text
    del cloud.functions.functions["former-worker"]

    removed = cloud.make("undeploy", YES="1")

    assert "removed the function my-worker" in removed.text
    assert cloud.functions.functions == {}


def test_undeploying_can_be_broken_off_and_repeated(cloud: EmptyCloud) -> None:
    deployed(cloud)
    cloud.functions.faults.add(Fault("refuse", match="DeleteFunction callevents-webhook"))
    cloud.account.faults.add(Fault("lost", times=3, match="DeleteRole callevents-slack"))
    cloud.account.faults.add(Fault("refuse", match="DeletePolicy callevents-worker"))

    runs: list[Run] = []
    while not runs or (runs[-1].status and len(runs) < 6):
        runs.append(cloud.make("undeploy", YES="1"))

    assert [run.status for run in runs] == [1, 1, 0]
    assert (cloud.functions.functions, cloud.account.roles, cloud.account.policies) == ({}, {}, {})


def test_what_others_use_stays_when_undeploying(unbuilt: EmptyCloud) -> None:
    account = unbuilt.account
    unbuilt.make("deploy")
    assert sorted(account.roles) == NAMES
    account.roles["callevents-slack"].attached.add(("System", "AliyunCCCFullAccess"))
    account.policies["callevents-worker"].users.add("alice")
    account.roles["callevents-webhook"].description = "mine now"

    run = unbuilt.make("undeploy", YES="1")

    assert "the role callevents-slack: others gave it AliyunCCCFullAccess" in run.text
    assert "the role callevents-webhook: make deploy did not make it" in run.text
    assert "the policy callevents-worker: alice has it too" in run.text
    assert sorted(account.roles) == NAMES[:2]
    assert sorted(account.policies) == NAMES


@pytest.mark.parametrize("own", [True, False])
def test_nothing_is_removed_with_the_key_of_another_account(own: bool, unbuilt: EmptyCloud) -> None:
    account = unbuilt.account
    unbuilt.make("deploy")

    run = unbuilt.make("undeploy", YES="1", DEPLOY_ACCOUNT="1234567890123456" if own else "6543210987654321")

    assert ("nothing was removed" in run.text) is not own
    assert sorted(account.roles) == ([] if own else NAMES)


def test_a_worker_of_an_earlier_name_goes_too(unbuilt: EmptyCloud) -> None:
    for name in ("callevents-worker", "lookups", "others"):
        unbuilt.functions.functions[name] = Managed(
            {"role": role_of("callevents-worker")}, unbuilt.folder, ""
        )
    unbuilt.functions.platform.remove = lambda name: None  # type: ignore[method-assign]

    run = unbuilt.make("undeploy", YES="1", CALLEVENTS_WORKER="lookups")

    assert run.status == 0, run.text
    assert list(unbuilt.functions.functions) == ["others"]


def test_roles_that_another_region_has_too_go_on_serving_it(unbuilt: EmptyCloud) -> None:
    unbuilt.make("deploy", DEPLOY_REGION="ap-northeast-1")
    unbuilt.make("deploy", DEPLOY_REGION="cn-hongkong")

    document = unbuilt.account.policies["callevents-worker"].document
    assert "acs:log:ap-northeast-1:1234567890123456:project/" in document
    assert "acs:log:cn-hongkong:1234567890123456:project/" in document

    left = unbuilt.make("undeploy", YES="1", DEPLOY_REGION="cn-hongkong")
    assert "the roles and policies: functions in ap-northeast-1 have them too" in left.text
    assert sorted(unbuilt.account.roles) == NAMES
