import io
import itertools
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Literal

import pytest
import yaml

from callevents.alibabacloud.clients import Clients
from callevents.clock import Clocks
from callevents.doctor.bot import OPTIONAL, REQUIRED
from callevents.doctor.check_result import CheckResult
from callevents.doctor.runner import check_all, run
from callevents.doctor.settings_form import check_alerts
from callevents.settings.model import Settings
from callevents_sandbox.kms import Secret
from callevents_sandbox.server.faults import Fault
from callevents_sandbox.stack import (
    INSTANCE,
    ROLE,
    WEBHOOK_SECRET,
    WEBHOOK_TOKEN,
    Stack,
    environment,
    name_of,
    open_stack,
)

ALERTS = ("CALLEVENTS_WEBHOOK_SECRET", "CALLEVENTS_WEBHOOK_TOKEN")
BLOCKED = "unknown worker: unknown until the {} check passes"
NUMBERS = itertools.count()  # the platform remembers nonces and task ids
SECRET = "0123456789abcdef0123456789abcdef"


@dataclass
class Configuration:
    """A stack, and the environment in which the doctor looks at it."""

    stack: Stack
    environ: dict[str, str]
    ahead: float = 0.0
    slept: list[float] = field(default_factory=list)

    def clocks(self) -> Clocks:
        return Clocks(
            wall=lambda: time.time() + self.ahead, monotonic=time.monotonic, sleep=self.slept.append
        )

    def results(self) -> list[CheckResult]:
        nonces = (f"{number:032x}" for number in NUMBERS)
        with closing(Clients(nonce=nonces.__next__, random=lambda: 0.5)) as clients:
            return list(check_all(self.environ, clients, self.clocks()))

    def wrong(self) -> list[str]:
        """Return what is not as it should be, a line each, after making sure that it holds no secret."""
        found = self.results()
        text = "\n".join(result.line() for result in found)
        for name, value in self.environ.items():
            if name.endswith(("SECRET", "TOKEN", "KEY_ID")) and value:
                assert value not in text
        return [f"{result.state} {result.subject}: {result.text}" for result in found if result.state != "ok"]


@pytest.fixture(scope="module", name="stack")
def _stack() -> Iterator[Stack]:
    with open_stack(ack_timeout=30.0) as stack:
        yield stack


@pytest.fixture(name="configuration")
def _configuration(stack: Stack) -> Iterator[Configuration]:
    """Return a complete configuration, and reset the stack afterwards."""
    environ = {
        **environment(stack, "webhook"),
        **environment(stack, "slack"),
        "SLACK_SIGNING_SECRET": SECRET,
        "CALLEVENTS_WEBHOOK_SECRET": f"grafana:{WEBHOOK_SECRET}",
        "CALLEVENTS_WEBHOOK_TOKEN": f"alertmanager:{WEBHOOK_TOKEN}",
        "ALIBABA_CLOUD_ACCESS_KEY_ID": ROLE.id,
        "ALIBABA_CLOUD_ACCESS_KEY_SECRET": ROLE.secret,
        "ALIBABA_CLOUD_SECURITY_TOKEN": ROLE.token or "",
    }
    app = stack.workspace.app
    app = replace(app, scopes=app.scopes | set(OPTIONAL))
    stack.workspace.app = app
    channels = dict(stack.workspace.channels)
    yield Configuration(stack, environ)
    for server in (stack.center, stack.platform, stack.workspace, stack.vault):
        server.faults.clear()
    stack.vault.forbidden.clear()
    stack.center.permission = "granted"
    stack.workspace.app = app
    stack.workspace.channels.update(channels)


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


Change = Callable[[Configuration], None]


def environ(**changes: str) -> Change:
    return lambda configuration: configuration.environ.update(changes)


def without(*names: str) -> Change:
    def change(configuration: Configuration) -> None:
        for name in names:
            del configuration.environ[name]

    return change


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


IN_KMS = {
    "SLACK_SIGNING_SECRET": "kms://doctor/signing",
    "SLACK_BOT_TOKEN": "kms://callevents/slack-bot-token",
    "CALLEVENTS_WEBHOOK_SECRET": "grafana:kms://callevents/webhook-secret",
}


@pytest.fixture(name="in_kms")
def _in_kms(configuration: Configuration) -> Configuration:
    configuration.stack.vault.put("doctor/signing", SECRET)
    configuration.environ.update(IN_KMS)
    return configuration


def test_secrets_that_stand_in_kms_are_read_and_looked_at_like_others(in_kms: Configuration) -> None:
    found = in_kms.results()

    assert [result.text for result in found if result.subject == "secret"] == [
        "SLACK_SIGNING_SECRET: doctor/signing was read from KMS",
        "SLACK_BOT_TOKEN: callevents/slack-bot-token was read from KMS",
        "CALLEVENTS_WEBHOOK_SECRET: callevents/webhook-secret was read from KMS",
    ]
    assert {
        result.state for result in found if result.subject in {"signing secret", "bot token", "alerts"}
    } == {"ok"}
    text = "\n".join(result.line() for result in found)
    assert not any(secret in text for secret in (SECRET, *in_kms.stack.secrets))


def forbids(name: str) -> Change:
    return lambda configuration: configuration.stack.vault.forbidden.add(name)


def holds(text: str, kind: Literal["text", "binary"] = "text") -> Change:
    return lambda configuration: configuration.stack.vault.put("doctor/signing", Secret(text, kind))


def vault(fault: Fault) -> Change:
    return lambda configuration: configuration.stack.vault.faults.add(fault)


@pytest.mark.parametrize(
    ("breaks", "text", "advice"),
    [
        (forbids("doctor/signing"), "not allowed (Forbidden.NoPermission), request id ", "kms:GetSecretValue"),
        (forbids("doctor/signing"), "reading doctor/signing is not allowed", "kms:Decrypt"),
        (environ(SLACK_SIGNING_SECRET="kms://nowhere"), "there is no nowhere in this region (", "create it"),
        (holds("AP8=", "binary"), "doctor/signing holds no text (not a text but binary)", "as text"),
        (holds(" "), "doctor/signing holds no text (empty)", "as text"),
        (holds("kms://a"), "KMS holds another reference", "store one secret"),
        (environ(CALLEVENTS_KMS_ENDPOINT="http://127.0.0.1:9"), "KMS cannot be reached", "CALLEVENTS_KMS_ENDPOINT"),
        (without("CALLEVENTS_KMS_ENDPOINT"), "a region that is not known here (region unknown)", "DEPLOY_REGION"),
        (environ(ALIBABA_CLOUD_ACCESS_KEY_SECRET="x"), "the secret is not this access key's", "ACCESS_KEY_SECRET"),
        (vault(Fault("token_expired", times=None)), "the security token is expired", "new keys"),
        (vault(Fault("unavailable", times=None)), "could not be read (ServiceUnavailableTemporary)", "in a minute"),
        (vault(Fault("not_json", times=None)), "could not be read (HTTP 200)", "in a minute"),
        (without("ALIBABA_CLOUD_ACCESS_KEY_ID"), "cannot be read without an access key", ""),
    ],
    ids=itertools.count(),
)  # fmt: skip
def test_a_secret_that_cannot_be_read_is_explained(
    breaks: Change, text: str, advice: str, in_kms: Configuration
) -> None:
    breaks(in_kms)

    found = in_kms.results()

    assert any(
        text in result.text and advice in result.advice for result in found if result.subject == "secret"
    )
    (signing,) = (result for result in found if result.subject == "signing secret")
    assert (signing.state, signing.text) == ("unknown", "unknown until it is read from KMS")
    printed = "\n".join(result.line() for result in found)
    assert not any(secret in printed for secret in (SECRET, *in_kms.stack.secrets))


def test_what_stands_in_kms_must_be_of_the_settings_form(in_kms: Configuration) -> None:
    in_kms.environ["SLACK_BOT_TOKEN"] = "kms://doctor/signing"

    (result,) = (result for result in in_kms.results() if result.subject == "secret" and result.state != "ok")

    assert result.text == "SLACK_BOT_TOKEN: the secret in KMS cannot be used"
    assert "xoxb-…" in result.advice
