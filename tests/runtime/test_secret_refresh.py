"""Secrets that stand in KMS, from the front door: an event in, a response out, KMS on a real socket behind it."""

import hmac
import itertools
import json
import logging
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from urllib.parse import urlencode

import pytest

from callevents.clock import Clocks
from callevents.observability.json_formatter import JsonFormatter
from callevents.runtime.handler import FunctionHandler
from callevents.runtime.secret_cache import (
    EXPIRE_AFTER_SECONDS,
    REFRESH_AFTER_SECONDS,
    RETRY_DELAYS_SECONDS,
    ReadTimeouts,
)
from callevents.settings.model import Settings
from callevents.slack.handler import SlackHandler
from callevents.webhook.handler import WebhookHandler
from callevents_sandbox import ccc, kms
from callevents_sandbox.server.faults import Fault
from callevents_sandbox.server.serving import serve

ROOT = Path(__file__).parents[2]
SIGNING, NEWER, BOT = "8f742231b10e8888abcd99yyyzzz85a5", "ffff2231b10e8888abcd99yyyzzz85a5", "xoxb-1-2-inKms"
HMAC, TOKEN = "hmac-5b0c7d21-secret", "token-9e4f1a63-secret"
TEXTS = {"signing": SIGNING, "bot": BOT, "hmac": HMAC, "token": TOKEN}
KEY = {"ALIBABA_CLOUD_ACCESS_KEY_ID": ccc.KEY.id, "ALIBABA_CLOUD_ACCESS_KEY_SECRET": ccc.KEY.secret}
# Why an alert is answered with 503: it is authentic, and there is no worker; or its secret is not known yet.
IN, UNREAD = "not set: CALLEVENTS_WORKER, CALLEVENTS_CHANNEL", "a sender's secret is yet to be read from KMS"
NUMBERS = itertools.count()
# As Python 3.12's: nothing in it tells a key.
CONTEXT = SimpleNamespace(request_id="1-req", account_id="1234567890123456", region="cn-hongkong")

# On a busy machine even a stand-in on this machine may take longer than Slack would wait.
PATIENT = ReadTimeouts(first_read_seconds=30.0)


@dataclass
class Instance:
    """An instance of a function, the KMS that it asks, and a clock that can be put forward."""

    vault: kms.SecretVault
    environ: dict[str, str]
    timeouts: ReadTimeouts = PATIENT
    ahead: float = 0.0
    function: FunctionHandler = field(init=False)

    def starts(self, build: Callable[[Any], Any] = SlackHandler) -> None:
        clocks = Clocks(wall=time.time, monotonic=lambda: time.monotonic() + self.ahead, sleep=self.later)
        self.function = FunctionHandler(
            build, http_only=True, environ=self.environ, clocks=clocks, secret_timeouts=self.timeouts
        )

    def starts_with(self, **seconds: float) -> None:
        """Start another instance, which may take so many seconds to read its secrets."""
        self.timeouts = self.timeouts._replace(**seconds)
        self.starts()

    def later(self, seconds: float) -> None:
        self.ahead += seconds

    def command(self, secret: str = SIGNING) -> int:
        """Send a command that is signed with *secret*; return the status of the answer."""
        return self.sent(*self.request(secret))

    def request(self, secret: str = SIGNING) -> tuple[str, dict[str, str]]:
        """Return a command that is signed with *secret*, never the same again."""
        body = urlencode(
            {"command": "/callevents", "text": "help", "team_id": "T1", "user_id": "U1", "channel_id": "C1",
             "api_app_id": "A1", "response_url": "https://hooks.slack.com/x", "trigger_id": f"1.{next(NUMBERS)}"}
        )  # fmt: skip
        now = str(int(time.time()))
        digest = hmac.new(secret.encode(), f"v0:{now}:{body}".encode(), sha256).hexdigest()
        headers = {
            "Content-Type": "application/x-www-form-urlencoded",
            "X-Slack-Request-Timestamp": now,
            "X-Slack-Signature": f"v0={digest}",
        }
        return body, headers

    def sent(self, body: str, headers: dict[str, str], path: str = "/") -> int:
        event = {
            "version": "v1", "rawPath": path, "headers": headers, "isBase64Encoded": False, "body": body,
            "requestContext": {"http": {"method": "POST", "path": path}},
        }  # fmt: skip
        answer = self.function.handler(json.dumps(event).encode(), CONTEXT)
        assert isinstance(answer, dict)
        return int(answer["statusCode"])

    def asked(self) -> list[str]:
        return [each.name for each in self.vault.asked]


@pytest.fixture(name="instance")
def _instance() -> Iterator[Instance]:
    vault = kms.SecretVault()
    vault.put_all(TEXTS)
    with serve(kms.application(vault)) as url:
        environ = {**KEY, "SLACK_SIGNING_SECRET": "kms://signing", "CALLEVENTS_KMS_ENDPOINT": url}
        instance = Instance(vault, environ)
        instance.starts()
        yield instance


@pytest.fixture(name="log")
def _log(caplog: pytest.LogCaptureFixture) -> Iterator[Callable[[], list[dict[str, Any]]]]:
    """Return the log's lines as they are printed; none of them ever holds a secret."""
    caplog.set_level(logging.DEBUG)

    def lines() -> list[dict[str, Any]]:
        printed = [JsonFormatter().format(record) for record in caplog.records]
        assert not any(text in line for line in printed for text in (*TEXTS.values(), NEWER, ccc.KEY.secret))
        return [json.loads(line) for line in printed]

    yield lines
    lines()


Log = Callable[[], list[dict[str, Any]]]


def unread(log: Log) -> list[tuple[str, str]]:
    return [(line["setting"], line["reason"]) for line in log() if line["code"] == "secret_unread"]


def test_a_signed_command_is_answered_and_kms_is_asked_while_the_instance_starts(
    instance: Instance, log: Log
) -> None:
    instance.environ["SLACK_BOT_TOKEN"] = "kms://bot"
    instance.function.initialize(CONTEXT)
    assert instance.asked() == ["signing", "bot"]

    assert [instance.command() for _ in range(5)] == [200] * 5
    assert [instance.command(secret) for secret in (NEWER, "kms://signing", "signing-signing-")] == [401] * 3

    assert instance.asked() == ["signing", "bot"]
    assert unread(log) == []
    (line,) = (line for line in log() if line["code"] == "secret_read")
    assert line["message"] == "settings read from KMS: SLACK_SIGNING_SECRET, SLACK_BOT_TOKEN"


def test_without_a_start_the_first_call_asks(instance: Instance, log: Log) -> None:
    assert instance.command() == 200
    assert instance.asked() == ["signing"]


def test_a_start_without_a_key_is_made_up_for_by_the_first_call(instance: Instance, log: Log) -> None:
    del instance.environ["ALIBABA_CLOUD_ACCESS_KEY_ID"]
    instance.function.initialize(CONTEXT)
    assert unread(log) == [("SLACK_SIGNING_SECRET", "no credentials")]

    instance.environ.update(KEY)

    assert instance.command() == 200


def forbidden(instance: Instance) -> None:
    instance.vault.forbidden.add("signing")


def gone(instance: Instance) -> None:
    instance.vault.remove("signing")


def put(secret: kms.Secret) -> Callable[[Instance], None]:
    return lambda instance: instance.vault.put("signing", secret)


def fault(kind: str, **more: Any) -> Callable[[Instance], None]:
    return lambda instance: instance.vault.faults.add(Fault(kind, times=None, **more))


def elsewhere(instance: Instance) -> None:
    instance.environ["CALLEVENTS_KMS_ENDPOINT"] = "http://127.0.0.1:9"
    instance.starts()


def other_key(instance: Instance) -> None:
    instance.environ["ALIBABA_CLOUD_ACCESS_KEY_SECRET"] = "another"


def unsigned(instance: Instance) -> list[int]:
    """Send what cannot be Slack's, whatever its secret is: without a signature, with none such, too late."""
    body, headers = instance.request()
    late = {**headers, "X-Slack-Request-Timestamp": str(int(time.time()) - 301)}
    return [instance.sent(body, each) for each in ({}, {**headers, "X-Slack-Signature": "v0=abc"}, late)]


@pytest.mark.parametrize(
    ("breaks", "reason"),
    [
        (forbidden, "Forbidden.NoPermission"),
        (gone, "Forbidden.ResourceNotFound"),
        (put(kms.Secret("x", deleted=True)), "Rejected.ResourceInDeleteWindow"),
        (put(kms.Secret("AP8=", kind="binary")), "not a text but binary"),
        (put(kms.Secret(" ")), "empty"),
        (put(kms.Secret("kms://token")), "another reference in the place of a secret"),
        (other_key, "SignatureDoesNotMatch, wrong secret"),
        (elsewhere, "ConnectError"),
        (fault("throttled"), "Rejected.Throttling"),
        (fault("unavailable"), "ServiceUnavailableTemporary"),
        (fault("token_expired"), "InvalidSecurityToken.Expired"),
        (fault("bad_gateway"), "HTTP 502"),
        (fault("not_json"), "HTTP 200"),
        (fault("not_object"), "HTTP 200"),
        (fault("empty"), "HTTP 200"),
        (fault("truncated"), "HTTP 200"),
        (fault("no_data"), "HTTP 200"),
        (fault("wrong_types"), "no text in the answer"),
        (fault("other_type"), "not a text but binary"),
        (fault("reset"), "ReadError"),
        (fault("cut_off"), "ReadError"),
        (fault("hang"), "no answer in time"),
        (fault("endless"), "no answer in time"),
    ],
    ids=itertools.count(),
)
def test_what_is_not_read_is_closed_and_strangers_do_not_make_it_ask_again(
    breaks: Callable[[Instance], None],
    reason: str,
    instance: Instance,
    log: Log,
) -> None:
    if reason == "no answer in time":  # a test need not wait as long as Slack may
        instance.starts_with(first_read_seconds=0.4)
    breaks(instance)

    assert instance.command() == 503
    assert instance.command() == 503

    assert set(unread(log)) == {("SLACK_SIGNING_SECRET", reason)}
    asked = len(instance.asked())
    assert asked <= 6
    assert {instance.command("wrong" * 8) for _ in range(20)} == {503}
    assert unsigned(instance) == [401] * 3
    assert len(instance.asked()) == asked


def test_what_passes_is_made_up_for_after_a_pause(instance: Instance, log: Log) -> None:
    instance.vault.forbidden.add("signing")
    instance.function.initialize(CONTEXT)
    for _ in RETRY_DELAYS_SECONDS:
        assert instance.command() == 503
        instance.later(RETRY_DELAYS_SECONDS[-1] + 1)
    instance.vault.forbidden.clear()

    assert instance.command() == 200
    assert len(instance.asked()) == len(RETRY_DELAYS_SECONDS) + 2


def test_a_kms_that_hangs_while_the_instance_starts_is_asked_again_by_the_first_call(
    instance: Instance, log: Log
) -> None:
    instance.starts_with(start_seconds=0.4)
    instance.vault.faults.add(Fault("hang"))
    instance.function.initialize(CONTEXT)
    assert unread(log) == [("SLACK_SIGNING_SECRET", "no answer in time")]

    assert instance.command() == 200


def test_a_slow_kms_is_waited_for(instance: Instance, log: Log) -> None:
    instance.vault.faults.add(Fault("delay", seconds=0.3))

    assert instance.command() == 200


def test_a_new_version_is_noticed_in_five_minutes_and_not_for_the_sake_of_strangers(
    instance: Instance, log: Log
) -> None:
    instance.function.initialize(CONTEXT)
    instance.vault.put("signing", NEWER)
    assert {instance.command(NEWER) for _ in range(20)} == {401}
    assert instance.command(SIGNING) == 200
    assert instance.asked() == ["signing"]

    instance.later(REFRESH_AFTER_SECONDS)

    assert instance.command(NEWER) == 200
    assert instance.command(SIGNING) == 401
    assert instance.asked() == ["signing"] * 2


def test_what_was_answered_is_known_to_be_answered_when_another_secret_has_changed(
    instance: Instance, log: Log
) -> None:
    """A captured request does not come through because the instance has a new bot token."""
    instance.environ["SLACK_BOT_TOKEN"] = "kms://bot"
    instance.starts()
    captured = instance.request()
    assert instance.sent(*captured) == 200
    assert "replayed" not in [line["code"] for line in log()]
    instance.vault.put("bot", "xoxb-1-2-another")
    instance.later(REFRESH_AFTER_SECONDS)

    assert instance.sent(*captured) == 200

    assert [line["code"] for line in log()].count("secret_read") == 2
    assert "replayed" in [line["code"] for line in log()]


def test_nothing_new_leaves_the_application_as_it_is(instance: Instance) -> None:
    renewed = []

    class Counted(SlackHandler):
        def with_settings(self, settings: Settings) -> SlackHandler:
            renewed.append(settings)
            return super().with_settings(settings)

    instance.starts(Counted)
    for _ in range(3):
        assert instance.command() == 200
        instance.later(REFRESH_AFTER_SECONDS)

    assert instance.asked() == ["signing"] * 3
    assert len(renewed) == 1  # from closed to the secret


def test_an_outage_is_outlasted_for_an_hour(instance: Instance, log: Log) -> None:
    assert instance.command() == 200
    instance.vault.faults.add(Fault("not_json", times=None))
    for _ in range(3):
        instance.later(EXPIRE_AFTER_SECONDS / 4)
        assert instance.command() == 200
    assert all(line["level"] == "WARNING" for line in log() if line["code"] == "secret_unread")

    instance.later(EXPIRE_AFTER_SECONDS / 4)

    assert instance.command() == 503


def test_while_kms_does_not_say_whether_the_secret_has_changed_what_does_not_fit_is_not_turned_away_for_good(
    instance: Instance, log: Log
) -> None:
    assert instance.command() == 200
    assert instance.command(NEWER) == 401
    instance.vault.put("signing", NEWER)
    instance.vault.faults.add(Fault("not_json", times=None))
    instance.later(REFRESH_AFTER_SECONDS)

    assert [instance.command(secret) for secret in (SIGNING, NEWER, "wrong" * 8)] == [200, 503, 503]
    assert unsigned(instance) == [401] * 3
    assert {line["why"] for line in log() if line.get("outcome") == "unavailable"} == {"secret_unread"}

    instance.vault.faults.clear()
    instance.later(RETRY_DELAYS_SECONDS[-1])

    assert [instance.command(secret) for secret in (NEWER, SIGNING)] == [200, 401]


def test_a_forger_does_not_make_it_ask_more_often(instance: Instance) -> None:
    assert instance.command() == 200
    instance.vault.faults.add(Fault("unavailable", times=None))
    instance.later(REFRESH_AFTER_SECONDS)
    instance.command()
    instance.command()  # the first retry has no delay
    asked = len(instance.asked())
    for _ in range(20):
        assert instance.command("wrong" * 8) == 503

    assert len(instance.asked()) == asked


def test_another_secret_that_is_overdue_opens_no_doubt_about_this_one(instance: Instance) -> None:
    instance.environ["SLACK_BOT_TOKEN"] = "kms://bot"
    instance.starts()
    assert instance.command() == 200
    instance.vault.forbidden.add("bot")
    instance.later(REFRESH_AFTER_SECONDS)

    assert instance.command(NEWER) == 401


@pytest.mark.parametrize("breaks", [forbidden, gone], ids=["forbidden", "gone"])
def test_what_kms_takes_away_is_gone(
    breaks: Callable[[Instance], None], instance: Instance, log: Log
) -> None:
    assert instance.command() == 200
    breaks(instance)
    instance.later(REFRESH_AFTER_SECONDS)

    assert instance.command() == 503


def test_a_token_of_the_wrong_form_is_a_wrong_setting_and_the_rest_works(
    instance: Instance, log: Log
) -> None:
    instance.environ["SLACK_BOT_TOKEN"] = "kms://token"

    assert instance.command() == 200
    assert [line["message"] for line in log() if line["code"] == "settings"] == [
        "settings rejected: SLACK_BOT_TOKEN"
    ]


def test_calls_that_overlap_share_one_reading(instance: Instance) -> None:
    instance.vault.faults.add(Fault("delay", seconds=0.3))
    statuses: list[int] = []
    threads = [threading.Thread(target=lambda: statuses.append(instance.command())) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert statuses == [200] * 6
    assert instance.asked() == ["signing"]


@pytest.mark.parametrize(
    ("secret", "token", "broken", "bearer", "why"),
    [
        ("", "kms://token", "", TOKEN, IN),
        # Not read yet: it may be right, and a sender that gets 401 never retries its alert.
        ("", "kms://token", "token", TOKEN, UNREAD),
        ("", "kms://token", "token", "", "no credential"),
        ("", "grafana:kms://token, sentry:other-token-00001", "", TOKEN, "wrong token"),
        ("", "generic:kms://token, sentry:other-token-00001", "", TOKEN, IN),
        # A signature is compulsory on grafana's route: while its secret is not read, the token must not do instead.
        ("grafana:kms://hmac", TOKEN, "", TOKEN, IN),
        ("grafana:kms://hmac", TOKEN, "hmac", TOKEN, UNREAD),
        ("generic:kms://hmac", TOKEN, "", TOKEN, "no signature where one is required"),
        ("generic:kms://hmac", TOKEN, "hmac", TOKEN, UNREAD),
    ],
)
def test_the_webhooks_lists(
    *, secret: str, token: str, broken: str, bearer: str, why: str, instance: Instance, log: Log
) -> None:
    del instance.environ["SLACK_SIGNING_SECRET"]
    instance.environ |= {"CALLEVENTS_WEBHOOK_SECRET": secret, "CALLEVENTS_WEBHOOK_TOKEN": token}
    instance.starts(WebhookHandler)
    instance.vault.forbidden.add(broken)
    body = json.dumps({"text": "job-468a63a2-1111-4222-8333-b1ecf726d4be"})

    headers = {"Content-Type": "application/json"}
    if bearer:
        headers["Authorization"] = f"Bearer {bearer}"

    assert instance.sent(body, headers, "/generic") == (503 if why in {IN, UNREAD} else 401)
    assert [line["why"] for line in log() if line["code"] == "request"] == [why]


def test_an_alert_with_a_secret_that_may_be_new_is_not_turned_away_for_good(instance: Instance) -> None:
    del instance.environ["SLACK_SIGNING_SECRET"]
    instance.environ["CALLEVENTS_WEBHOOK_TOKEN"] = "kms://token"
    instance.starts(WebhookHandler)

    def alert(token: str) -> int:
        body = json.dumps({"text": "job-468a63a2-1111-4222-8333-b1ecf726d4be"})
        return instance.sent(
            body, {"Content-Type": "application/json", "Authorization": f"Bearer {token}"}, "/generic"
        )

    newer = "another-9e4f1a63-secret"
    assert [alert(TOKEN), alert(newer)] == [503, 401]  # the first is authentic, and there is no worker
    instance.vault.faults.add(Fault("not_json", times=None))
    instance.later(REFRESH_AFTER_SECONDS)

    assert alert(newer) == 503


def test_where_no_secret_stands_in_kms_nothing_of_it_is_loaded(tmp_path: Path) -> None:
    script = (
        "import sys; sys.path.insert(0, sys.argv[1]); import index; index.initialize(None);"
        "print([name for name in sys.modules if 'kms' in name or 'secret' in name.rpartition('callevents')[2]])"
    )
    done = subprocess.run(
        [sys.executable, "-c", script, str(ROOT / "functions" / "slack")],
        capture_output=True, text=True, check=True, cwd=tmp_path,
        env={"SLACK_SIGNING_SECRET": SIGNING, "SLACK_BOT_TOKEN": BOT},
    )  # fmt: skip

    assert done.stdout.splitlines()[-1] == "[]"
