"""The doctor: what is right passes, and each fault has a result of its own."""

import io
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import yaml

from callevents.doctor.bot import OPTIONAL, REQUIRED
from callevents.doctor.runner import run
from callevents.doctor.settings_form import check_alerts
from callevents.settings.model import Settings
from callevents_sandbox.server.faults import Fault
from callevents_sandbox.stack import INSTANCE, WEBHOOK_SECRET, WEBHOOK_TOKEN, name_of
from tests.doctor.conftest import Change, Configuration, environ, without

ALERTS = ("CALLEVENTS_WEBHOOK_SECRET", "CALLEVENTS_WEBHOOK_TOKEN")
BLOCKED = "unknown worker: unknown until the {} check passes"


def test_a_good_configuration_passes_every_check(configuration: Configuration) -> None:
    found = configuration.results()

    assert [result.subject for result in found if result.state == "ok"] == [
        "settings", "signing secret", "alerts", "clock", "credentials", "signature", "permission", "instance",
        "detail record", "list of calls", "bot token", "scopes", "alert channel", "alert channel", "worker",
    ]  # fmt: skip
    assert [result.subject for result in found if result.state != "ok"] == [
        "contact center"
    ]  # it is this machine


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"CALLEVENTS_WEBHOOK_TOKEN": WEBHOOK_TOKEN}, "failed"),
        ({"CALLEVENTS_WEBHOOK_TOKEN": WEBHOOK_TOKEN, "CALLEVENTS_CHANNELS": ""}, "failed"),
        (
            {
                "CALLEVENTS_WEBHOOK_TOKEN": WEBHOOK_TOKEN,
                "CALLEVENTS_WEBHOOK_SECRET": "",
                "CALLEVENTS_CHANNELS": "",
            },
            "note",
        ),
    ],
)
def test_a_secret_without_a_route_must_be_bound_where_there_is_more_than_one_route_or_channel(
    changes: dict[str, str], expected: str
) -> None:
    settings = Settings.from_environ(
        {
            "CALLEVENTS_CHANNEL": "C0ALERTS",
            "CALLEVENTS_CHANNELS": "C0SUPPORT",
            "CALLEVENTS_WEBHOOK_SECRET": f"grafana:{WEBHOOK_SECRET}",
            **changes,
        }
    )

    assert [each.state for each in check_alerts(settings) if each.subject == "captured alerts"] == [expected]


def test_the_worker_drops_what_the_doctor_sends(configuration: Configuration) -> None:
    configuration.results()
    configuration.stack.settle()

    task = configuration.stack.platform.tasks.all[-1]
    assert task.task_id.startswith("t_doctor_")
    assert task.status == "succeeded"
    assert configuration.stack.workspace.messages == []


def center(fault: Fault) -> Change:
    return lambda configuration: configuration.stack.center.faults.add(fault)


def slack(fault: Fault) -> Change:
    return lambda configuration: configuration.stack.workspace.faults.add(fault)


def platform(fault: Fault) -> Change:
    return lambda configuration: configuration.stack.platform.faults.add(fault)


def permission(how: str) -> Change:
    return lambda configuration: setattr(configuration.stack.center, "permission", how)


def clock(ahead: float) -> Change:
    return lambda configuration: setattr(configuration, "ahead", ahead)


def scopes(*lost: str) -> Change:
    def change(configuration: Configuration) -> None:
        app = configuration.stack.workspace.app
        configuration.stack.workspace.app = replace(app, scopes=app.scopes - set(lost))

    return change


def channel(**changes: Any) -> Change:
    def change(configuration: Configuration) -> None:
        channels = configuration.stack.workspace.channels
        channels["C0ALERTS"] = replace(channels["C0ALERTS"], **changes)

    return change


def also(*changes: Change) -> Change:
    def change(configuration: Configuration) -> None:
        for each in changes:
            each(configuration)

    return change


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        (environ(CCC_INSTANCES="a=b=c,,=", CALLEVENTS_DENY_GUESTS="perhaps"),
         ["failed settings: CCC_INSTANCES", "failed settings: CALLEVENTS_DENY_GUESTS"]),
        (environ(SLACK_SIGNING_SECRET=""), ["failed signing secret: SLACK_SIGNING_SECRET is not set"]),
        (environ(SLACK_SIGNING_SECRET="q7x4"), ["failed signing secret: SLACK_SIGNING_SECRET is too short"]),
        (environ(SLACK_SIGNING_SECRET="g" * 32), ["failed signing secret: SLACK_SIGNING_SECRET is not 32 hex"]),
        (without("CALLEVENTS_CHANNEL"), ["failed alerts: alerts have no channel"]),
        (without(*ALERTS), ["failed alerts: CALLEVENTS_CHANNEL is set"]),
        (without(*ALERTS, "CALLEVENTS_CHANNEL"),
         ["note alerts: the webhook rejects everything"]),
        (clock(1000), ["failed clock: ahead of the service's by 100", BLOCKED.format("clock")]),
        (clock(-1005), ["failed clock: behind the service's by 100", BLOCKED.format("clock")]),
        (clock(200), ["note clock: ahead of the service's by 20"]),
        (environ(CCC_ENDPOINT="http://127.0.0.1:9"), ["failed contact center: 127.0.0.1 cannot be reached"]),
        (without("ALIBABA_CLOUD_ACCESS_KEY_ID"),
         ["failed credentials: there is no access key", BLOCKED.format("credentials")]),
        (environ(ALIBABA_CLOUD_ACCESS_KEY_ID="STS.Nobody"),
         ["failed credentials: the access key is unknown", "unknown signature", "unknown permission",
          "unknown instance", BLOCKED.format("credentials")]),
        (environ(ALIBABA_CLOUD_ACCESS_KEY_SECRET="w9k2v"),
         ["failed signature: the secret is not this access key's", "unknown permission", "unknown instance",
          BLOCKED.format("signature")]),
        (environ(ALIBABA_CLOUD_SECURITY_TOKEN="w9k2v"),
         ["failed credentials: the security token", "unknown signature", "unknown permission", "unknown instance",
          BLOCKED.format("credentials")]),
        (permission("gateway"), ["failed permission: ccc:ListNotificationRecords is not allowed", "unknown instance"]),
        (permission("ccc"), ["failed permission: the contact center itself", "unknown instance"]),
        (environ(CCC_INSTANCE_ID="ccc-nowhere"), ["failed instance: ccc-nowhere does not exist"]),
        (environ(CCC_INSTANCES="sales=ccc-sales"), ["failed instance: ccc-sales does not exist"]),
        (without("CCC_INSTANCE_ID"), ["failed instance: CCC_INSTANCE_ID is not set"]),
        (without("CCC_INSTANCE_ID", "ALIBABA_CLOUD_ACCESS_KEY_ID"),
         ["failed instance: CCC_INSTANCE_ID is not set", "failed credentials", BLOCKED.format("credentials")]),
        (center(Fault("throttled", times=None, match="job")), ["unknown contact center: no usable answer: too many"]),
        (center(Fault("not_json", times=None, match="job")),
         ["unknown contact center: no usable answer: ccc_unreadable"]),
        (center(Fault("no_permission", times=None, match="GetCallDetailRecord")),
         ["note detail record: ccc:GetCallDetailRecord is refused (NoPermission, request id "]),
        (center(Fault("permission_common", times=None, match="ListCallDetailRecordsV2")),
         ["note list of calls: ccc:ListCallDetailRecordsV2 is refused (Permission.Common, request id "]),
        (center(Fault("unavailable", times=None, match="ListCallDetailRecordsV2")),
         ["unknown list of calls: no usable answer: ccc_unavailable"]),
        (center(Fault("unknown_not_found", times=None)), []),
        (center(Fault("unknown_empty", times=None)), []),
        (environ(CALLEVENTS_DETAIL_RECORD="false"), ["note detail record: not asked for"]),
        (without("SLACK_BOT_TOKEN"), ["failed bot token: SLACK_BOT_TOKEN is not set"]),
        (environ(SLACK_BOT_TOKEN="xoxb-1-w9k2v"), ["failed bot token: Slack rejects it: invalid_auth"]),
        (environ(SLACK_API_URL="http://127.0.0.1:9/api"), ["failed bot token: 127.0.0.1 cannot be reached: "]),
        (slack(Fault("bad_gateway")), ["unknown bot token: Slack's answer cannot be read (status 502)"]),
        (slack(Fault("error")), ["unknown bot token: Slack cannot answer at the moment: fatal_error"]),
        (slack(Fault("ratelimited")), ["unknown bot token: Slack gets too many requests"]),
        (slack(Fault("not_json")), ["unknown bot token: Slack's answer cannot be read (status 200)"]),
        (scopes("chat:write"), ["failed scopes: missing: chat:write (alerts"]),
        (scopes("users:read"), ["note scopes: without users:read guests"]),
        (also(scopes("usergroups:read"), environ(CALLEVENTS_USERGROUPS="S01")),
         ["failed scopes: missing: usergroups:read (the user groups"]),
        (environ(CALLEVENTS_CHANNEL="C0NOWHERE"), ["failed alert channel: C0NOWHERE does not exist"]),
        (channel(archived=True), ["failed alert channel: C0ALERTS is archived"]),
        (channel(has_bot=False, private=True), ["failed alert channel: C0ALERTS does not exist, or it is private"]),
        (also(channel(has_bot=False), scopes("chat:write.public")),
         ["note scopes: without chat:write.public", "failed alert channel: the bot is not in C0ALERTS"]),
        (channel(has_bot=False), []),
        (scopes("channels:read", "groups:read"),
         ["note scopes", "note scopes", "note alert channel: C0ALERTS: unknown without", "note alert channel"]),
        (slack(Fault("not_json", match="conversations.info")),
         ["unknown alert channel: C0ALERTS: Slack's answer cannot be read"]),
        (without("CALLEVENTS_WORKER"), ["note worker: CALLEVENTS_WORKER is not set here"]),
        (environ(CALLEVENTS_FC_ENDPOINT="http://127.0.0.1:9"),
         [f"failed worker: {name_of('worker')}: Function Compute cannot be reached (ConnectError)"]),
        (environ(CALLEVENTS_WORKER="nobody"), ["failed worker: nobody: there is no such function"]),
        (platform(Fault("refuse", times=None)), [f"failed worker: {name_of('worker')}: invoking it is not allowed"]),
        (platform(Fault("throttle", times=None)), [f"unknown worker: {name_of('worker')}: HTTP 429"]),
        (without("CALLEVENTS_FC_ENDPOINT"), [f"failed worker: {name_of('worker')}: its account and region"]),
    ],
)  # fmt: skip
def test_each_fault_has_its_own_finding(
    change: Change, expected: list[str], configuration: Configuration
) -> None:
    change(configuration)

    wrong = [line for line in configuration.wrong() if not line.startswith("note contact center")]

    assert len(wrong) == len(expected), wrong
    for line, beginning in zip(wrong, expected, strict=True):
        assert line.startswith(beginning)


def test_the_exit_status_is_one_if_a_check_failed(configuration: Configuration) -> None:
    out = io.StringIO()

    assert run(configuration.environ, out) == 0
    assert out.getvalue().endswith("All checks passed.\n")
    assert f"ok      instance         {INSTANCE} exists\n" in out.getvalue()

    configuration.stack.center.permission = "gateway"
    out = io.StringIO()

    assert run(configuration.environ, out) == 1
    assert "FAILED  permission       ccc:ListNotificationRecords is not allowed" in out.getvalue()
    assert "→ grant ccc:ListNotificationRecords" in out.getvalue()
    assert out.getvalue().endswith("2 checks failed.\n")


def test_nothing_set_at_all_is_a_list_of_what_to_do(configuration: Configuration) -> None:
    out = io.StringIO()

    status = run(
        {"CCC_ENDPOINT": configuration.stack.ccc_url, "SLACK_API_URL": configuration.stack.slack_url}, out
    )

    assert status == 1
    for name in (
        "SLACK_SIGNING_SECRET",
        "ALIBABA_CLOUD_ACCESS_KEY_ID",
        "CCC_INSTANCE_ID",
        "SLACK_BOT_TOKEN",
        "CALLEVENTS_WORKER",
    ):
        assert name in out.getvalue()


def test_the_scopes_are_those_of_the_manifest() -> None:
    manifest = yaml.safe_load((Path(__file__).parents[2] / "functions/slack/manifest.yml").read_text())
    held = manifest["oauth_config"]["scopes"]

    assert set(REQUIRED) == set(held["bot"]) - set(held["bot_optional"])
    assert set(OPTIONAL) == set(held["bot_optional"])
