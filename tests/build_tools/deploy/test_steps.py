"""The steps of `make deploy` where something is there already, refuses, is lost or broken off."""

import json
import signal
import time
import weakref
from pathlib import Path

import pytest

from callevents_build.deploy.dotenv_file import with_dotenv
from callevents_build.deploy.guided import interruptible
from callevents_build.deploy.roles.wanted import MARK
from callevents_build.deploy.steps.account import with_account
from callevents_build.errors import BuildFailed
from callevents_build.rehearsal.cloud import EmptyCloud
from callevents_sandbox import ram
from callevents_sandbox.function_compute.management import Managed
from callevents_sandbox.server.faults import Fault

pytestmark = [pytest.mark.node, pytest.mark.socket]
NAMES = ["callevents-slack", "callevents-webhook", "callevents-worker"]
SOMEBODYS = '{"Version":"1","Statement":[{"Effect":"Allow","Action":"oss:*","Resource":"*"}]}'


def role_of(name: str) -> str:
    return f"acs:ram::1234567890123456:role/{name}"


# Before anything is built


@pytest.mark.parametrize(
    ("kind", "message"),
    [
        ("refuse", "The key may not do ram:GetRole [NoPermission, request id"),
        ("unavailable", "127.0.0.1"),
        ("internal_error", "cannot serve at the moment"),
        ("bad_gateway", "cannot serve at the moment"),
        ("throttled", "asks to wait"),
        ("not_json", "cannot be read"),
        ("wrong_types", "cannot be read"),
        ("token_expired", "ALIBABA_CLOUD_SECURITY_TOKEN has expired"),
        ("reset", "cannot be reached"),
    ],
)
def test_a_service_that_fails_ends_the_run_with_a_sentence_and_what_to_do(
    kind: str, message: str, unbuilt: EmptyCloud
) -> None:
    unbuilt.account.roles["callevents-slack"] = ram.RoleState(SOMEBODYS, MARK)
    unbuilt.account.faults.add(Fault(kind, times=None, match="Role"))

    run = unbuilt.make("deploy")

    assert (run.status, message in run.text) == (1, True), run.text
    assert unbuilt.account.changes() == []


@pytest.mark.parametrize(
    ("kind", "message"),
    [
        ("refuse", "a policy of its user denies it"),
        ("wrong_types", "cannot be read"),
        ("throttled", "asks to wait"),
    ],
)
def test_an_account_that_cannot_be_asked_for_is_said_with_what_to_do(
    kind: str, message: str, unbuilt: EmptyCloud
) -> None:
    unbuilt.account.faults.add(Fault(kind, times=None, match="GetCallerIdentity"))

    run = unbuilt.make("deploy")

    assert (run.status, message in run.text, "AliyunFCFullAccess" in run.text) == (1, True, False), run.text
    assert unbuilt.account.changes() == []


def test_without_a_network_the_host_is_named(unbuilt: EmptyCloud) -> None:
    run = unbuilt.make("deploy", DEPLOY_STS_ENDPOINT="http://127.0.0.1:1")

    assert run.status == 1
    assert "127.0.0.1:1 cannot be reached" in run.text
    assert "is there a network here" in run.text


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"ALIBABA_CLOUD_ACCESS_KEY_ID": "LTAInobody"}, "no key that Alibaba Cloud knows"),
        ({"ALIBABA_CLOUD_ACCESS_KEY_SECRET": "wrong-secret"}, "does not belong to the key"),
        (
            {"DEPLOY_ACCOUNT": "6543210987654321"},
            "belongs to the account 1234567890123456, and DEPLOY_ACCOUNT is",
        ),
        ({"DEPLOY_RAM_ENDPOINT": "ram.aliyuncs.com"}, "DEPLOY_RAM_ENDPOINT cannot be used as it is"),
        ({"DEPLOY_REGION": "cn-nowhere"}, "DEPLOY_REGION is no region"),
        ({"SLACK_BOT_TOKEN": "not-a-token-of-slack"}, "SLACK_BOT_TOKEN cannot be used"),
        ({"DEPLOY_ACCESS": "mine"}, "DEPLOY_ACCESS names no key"),
    ],
)
def test_what_is_set_wrongly_is_named(changes: dict[str, str], message: str, unbuilt: EmptyCloud) -> None:
    run = unbuilt.make("deploy", **changes)

    assert (run.status, message in run.text) == (1, True), run.text
    assert unbuilt.account.changes() == []
    assert "not-a-token-of-slack" not in run.text
    assert "wrong-secret" not in run.text


@pytest.mark.parametrize("kind", ["role", "policy"])
@pytest.mark.parametrize("plan", ["", "1"])
def test_what_others_made_stays_as_it_is(kind: str, plan: str, unbuilt: EmptyCloud) -> None:
    held = unbuilt.account.roles if kind == "role" else unbuilt.account.policies
    held["callevents-webhook"] = (
        ram.RoleState(SOMEBODYS, "mine") if kind == "role" else ram.PolicyState({"v1": SOMEBODYS})  # type: ignore[assignment]
    )

    run = unbuilt.make("deploy", PLAN=plan)

    assert run.status == 1
    assert f"the {kind} callevents-webhook is there, and make deploy did not make it" in run.text
    assert "make deploy DEPLOY_ROLES=no" in run.text
    assert unbuilt.account.changes() == []


def test_a_key_that_only_the_tool_can_read_cannot_make_roles(unbuilt: EmptyCloud) -> None:
    (unbuilt.project / ".env").write_text("CCC_INSTANCE_ID=ccc-test\n")
    (unbuilt.folder / ".s/access.yaml").write_text("default:\n  AccountID: U2FsdGVk\n")

    first = unbuilt.make("deploy")
    assert "DEPLOY_ACCOUNT=…" in first.text
    second = unbuilt.make("deploy", DEPLOY_ACCOUNT="1234567890123456")
    assert "RAM cannot be asked with a key that only Serverless Devs can read" in second.text


def test_what_was_pasted_but_not_filled_in_counts_as_not_set(unbuilt: EmptyCloud) -> None:
    (unbuilt.project / ".env").write_text("")
    lines = [line.strip() for line in unbuilt.make("deploy").text.splitlines() if "=…" in line]
    assert len(lines) == 3
    (unbuilt.project / ".env").write_text("\n".join(lines), "utf-8")

    assert unbuilt.make("deploy").text.count("=…") == 3


# Roles


def test_broken_off_in_the_middle_it_goes_on_from_there(unbuilt: EmptyCloud) -> None:
    account = unbuilt.account
    account.faults.add(Fault("refuse", match="CreatePolicy callevents-webhook"))

    run = unbuilt.make("deploy", DEPLOY_REGION="cn-hongkong")

    assert "The key may not do ram:CreatePolicy" in run.text
    assert sorted(account.roles) == NAMES[:2]
    before = len(account.changes())

    made = unbuilt.make(
        "deploy", DEPLOY_CONCURRENCY="20"
    )  # there is nothing built: it ends at the third step

    assert made.status != 0
    assert sorted(account.policies) == NAMES
    assert account.changes()[before:] == [
        "CreatePolicy", "AttachPolicyToRole", "CreateRole", "CreatePolicy", "AttachPolicyToRole",
    ]  # fmt: skip


def test_an_answer_that_is_lost_makes_nothing_twice(unbuilt: EmptyCloud) -> None:
    for action in ("CreateRole", "CreatePolicy ", "AttachPolicyToRole"):
        unbuilt.account.faults.add(Fault("lost", match=action))

    run = unbuilt.make("deploy", DEPLOY_CONCURRENCY="20")  # there is nothing built: it ends at the third step

    assert "2 of 5  roles: made as the functions need them" in run.text
    assert sorted(unbuilt.account.roles) == sorted(unbuilt.account.policies) == NAMES


def test_a_policy_of_ours_that_differs_is_renewed_and_a_trust_corrected(cloud: EmptyCloud) -> None:
    cloud.paste_key()
    cloud.make("deploy")
    account = cloud.account
    good = account.policies["callevents-slack"].document
    account.policies["callevents-slack"].versions["v1"] = SOMEBODYS
    account.roles["callevents-worker"].trust = SOMEBODYS
    account.roles["callevents-worker"].attached.add(("System", "AliyunCCCFullAccess"))

    plan = cloud.make("deploy", PLAN="1")
    assert "renew the policy callevents-slack" in plan.text
    assert account.policies["callevents-slack"].document == SOMEBODYS
    run = cloud.make("deploy")

    assert run.status == 0, run.text
    assert account.policies["callevents-slack"].document == good
    assert "fc.aliyuncs.com" in account.roles["callevents-worker"].trust
    assert "also has the policy AliyunCCCFullAccess, which others gave it: it stays" in run.text
    assert ("System", "AliyunCCCFullAccess") in account.roles["callevents-worker"].attached


def test_the_policies_are_printed_for_whoever_makes_the_roles(unbuilt: EmptyCloud) -> None:
    unbuilt.paste(SLACK_SIGNING_SECRET="kms://callevents/signing", CALLEVENTS_WORKER="my-worker")

    run = unbuilt.make("deploy", DEPLOY_ROLES="no", DEPLOY_KMS_KEY="key-hkg1", PLAN="1")

    printed = {
        line.split(",")[0].strip(): json.loads(line.partition("same name: ")[2])
        for line in run.text.splitlines()
        if "same name: " in line
    }
    assert sorted(printed) == NAMES
    text = json.dumps(printed["callevents-slack"])
    assert "acs:fc:cn-hongkong:1234567890123456:functions/my-worker" in text
    assert "acs:kms:cn-hongkong:1234567890123456:secret/callevents/signing" in text
    assert "acs:kms:cn-hongkong:1234567890123456:key/key-hkg1" in text
    assert "kms" not in json.dumps(printed["callevents-webhook"])
    assert not [each for each in unbuilt.account.asked if each.action != "GetCallerIdentity"]


# Functions


def test_a_plan_changes_nothing(cloud: EmptyCloud) -> None:
    cloud.paste_key()

    run = cloud.make("deploy", PLAN="1")
    cloud.paste(PLAN="1")
    assert cloud.make("deploy").text == run.text

    assert run.status == 0, run.text
    assert "make the role callevents-slack" in run.text
    assert "would build and deploy" in run.text
    assert (cloud.account.changes(), cloud.functions.changes) == ([], [])


def deployed(cloud: EmptyCloud) -> None:
    cloud.paste_key()
    cloud.paste_slack()
    run = cloud.make("deploy")
    assert run.status == 0, run.text
    cloud.functions.changes.clear()


def test_a_function_that_others_made_stays_as_it_is(cloud: EmptyCloud) -> None:
    deployed(cloud)
    held = cloud.functions.functions["callevents-webhook"]
    held.properties["role"] = role_of("somebodys")

    run = cloud.make("deploy")

    assert run.status == 1
    assert (
        "There is a function callevents-webhook in this region, and make deploy did not make it" in run.text
    )
    assert cloud.functions.changes == []

    left = cloud.make("undeploy", YES="1")
    assert "the function callevents-webhook: make deploy did not make it" in left.text
    assert sorted(cloud.functions.functions) == ["callevents-webhook"]


def test_slacks_secrets_are_not_taken_from_functions_that_work(cloud: EmptyCloud) -> None:
    deployed(cloud)
    (cloud.project / ".env").write_text("")
    cloud.paste_key()

    run = cloud.make("deploy")

    assert run.status == 1
    assert (
        "The deployed functions have SLACK_SIGNING_SECRET and SLACK_BOT_TOKEN, and here it is not set"
        in run.text
    )
    assert cloud.functions.changes == []


@pytest.mark.parametrize(
    ("action", "kind"),
    [
        ("CreateFunction callevents-slack", "refuse"),
        ("PutConcurrencyConfig callevents-worker", "lost"),
    ],
)
def test_half_deployed_the_next_run_finishes(action: str, kind: str, cloud: EmptyCloud) -> None:
    cloud.paste_key()
    cloud.functions.faults.add(Fault(kind, match=action))

    broken = cloud.make("deploy")
    assert broken.status != 0
    assert "make deploy" in broken.text
    run = cloud.make("deploy")

    assert run.status == 0, run.text
    assert sorted(cloud.functions.functions) == NAMES
    for name in NAMES:
        held = cloud.functions.functions[name]
        assert held.concurrency == {"reservedConcurrency": 10}
        assert list(held.triggers) == ([] if name == "callevents-worker" else ["http"])
    assert "https://api.slack.com/apps?new_app=1" in run.text


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP])
def test_an_interruption_that_python_drops_comes_again(
    number: signal.Signals, capfd: pytest.CaptureFixture[str]
) -> None:
    def finalize(_: object) -> None:
        signal.raise_signal(number)
        sum(each for each in range(100))

    @interruptible()
    def forget() -> None:
        kept = {number}
        watches.append(weakref.ref(kept, finalize))
        del kept
        time.sleep(10)

    watches: list[object] = []
    with pytest.raises(BuildFailed, match="Interrupted"):
        forget()

    assert capfd.readouterr() == ("", "")


@pytest.mark.parametrize(
    ("step", "number"),
    [
        ("1 of 5", signal.SIGINT),
        ("2 of 5", signal.SIGTERM),
        ("3 of 5", signal.SIGTERM),
    ],
)
def test_interrupted_it_says_so_and_the_next_run_finishes(
    step: str, number: signal.Signals, cloud: EmptyCloud
) -> None:
    cloud.paste_key()
    cloud.account.faults.add(Fault("delay", times=None, seconds=0.1))
    process = cloud.start("deploy")
    assert process.stdout is not None
    seen = ""
    while step not in seen:
        line = process.stdout.readline()
        assert line, seen
        seen += line
    process.send_signal(number)
    broken = cloud.end(process)
    assert broken.status != 0, broken.text
    assert "nterrupted" in broken.text

    cloud.account.faults.clear()
    run = cloud.make("deploy")

    assert run.status == 0, run.text
    assert sorted(cloud.functions.functions) == sorted(cloud.account.roles) == NAMES


def test_two_at_once_wait_for_each_other(cloud: EmptyCloud) -> None:
    cloud.paste_key()
    both = [cloud.start("deploy"), cloud.start("deploy")]

    texts = [process.communicate(timeout=180)[0] for process in both]

    assert [process.returncode for process in both] == [0, 0], texts
    (waiting,) = [text for text in texts if text.startswith("Another make deploy")]
    assert "nothing is uploaded" in waiting
    assert sorted(cloud.functions.functions) == sorted(cloud.account.roles) == NAMES


@pytest.mark.parametrize("step", ["2 of 5", "worker: deployed"])
def test_killed_the_next_run_finishes_and_removes_what_was_left(step: str, cloud: EmptyCloud) -> None:
    cloud.paste_key()
    process = cloud.start("deploy")
    assert process.stdout is not None
    while step not in process.stdout.readline():
        assert process.poll() is None
    process.kill()
    process.communicate(timeout=60)

    run = cloud.make("deploy")

    assert run.status == 0, run.text
    assert sorted(cloud.functions.functions) == NAMES


def test_the_doctor_learns_the_account_where_something_is_deployed(unbuilt: EmptyCloud) -> None:
    environ = with_dotenv(unbuilt.addresses, unbuilt.project / ".env")

    assert "DEPLOY_ACCOUNT" not in with_account(environ)
    unbuilt.functions.functions["callevents-slack"] = Managed({}, unbuilt.folder, "")

    assert with_account(environ)["DEPLOY_ACCOUNT"] == "1234567890123456"
    assert with_account({**environ, "DEPLOY_ACCOUNT": "1"})["DEPLOY_ACCOUNT"] == "1"
    unbuilt.account.faults.add(Fault("refuse", times=None))
    assert "DEPLOY_ACCOUNT" not in with_account(environ)


@pytest.mark.parametrize("command", ["deploy", "undeploy"])
def test_a_reader_that_has_gone_is_no_traceback(command: str, unbuilt: EmptyCloud, tmp_path: Path) -> None:
    with (tmp_path / "errors").open("w") as errors:
        process = unbuilt.start(command, stderr=errors)
        assert process.stdout is not None
        process.stdout.close()
        assert process.wait(60) == 1

    assert (tmp_path / "errors").read_text() == ""


def test_the_link_makes_the_app_with_the_assistant_where_that_is_wanted(cloud: EmptyCloud) -> None:
    cloud.paste_key()

    for wanted, times in (("no", 0), ("yes", 1)):
        run = cloud.make("deploy", DEPLOY_ASSISTANT=wanted)
        (link,) = [line for line in run.text.splitlines() if "new_app=1" in line]
        assert link.count("mcp%3Aconnect") == link.count("%2Fmcp%22") == times
