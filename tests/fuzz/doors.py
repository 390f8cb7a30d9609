"""The front doors of the three functions as Function Compute opens them, with everything behind them in memory."""

import base64
import hashlib
import hmac
import json
import os
import time
from collections.abc import Callable, Mapping
from types import SimpleNamespace
from typing import Any
from urllib.parse import urlencode

import httpx
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st

from callevents.clock import Clocks
from callevents.invocation import Application
from callevents.runtime.handler import FunctionHandler
from callevents.settings.model import Settings
from callevents.slack.handler import SlackHandler
from callevents.webhook.handler import WebhookHandler
from callevents.worker.handler import WorkerHandler
from tests.examples import FEW, THOROUGH

SECRET = "8f742231b10e8888abcd99yyyzzz85a5"
WEBHOOK_TOKEN = "fuzz-webhook-token-0123456789"
JOB = "job-468a63a2-1111-4222-8333-b1ecf726d4be"
FORM = "application/x-www-form-urlencoded"
ENVIRON = {
    "SLACK_SIGNING_SECRET": SECRET,
    "SLACK_BOT_TOKEN": "xoxb-fuzz-token-0123456789",
    "SLACK_API_URL": "http://127.0.0.1:9/api/",
    "SLACK_RESPONSE_URL_HOSTS": "127.0.0.1",
    "CCC_INSTANCE_ID": "ccc-test",
    "CCC_ENDPOINT": "http://127.0.0.1:9",
    "CALLEVENTS_FC_ENDPOINT": "http://127.0.0.1:9/fc",
    "CALLEVENTS_SEARCH_USERS": "U0MEI",
    "CALLEVENTS_FULL_NUMBERS_USERS": "U0MEI",
    "CALLEVENTS_WORKER": "callevents-worker",
    "CALLEVENTS_CHANNEL": "C0ALERTS",
    "CALLEVENTS_WEBHOOK_TOKEN": WEBHOOK_TOKEN,
    "ALIBABA_CLOUD_ACCESS_KEY_ID": "LTAIfuzzfuzzfuzz",
    "ALIBABA_CLOUD_ACCESS_KEY_SECRET": "fuzz-access-key-secret",
}
CONTEXT = SimpleNamespace(
    request_id="1-fuzz", region="cn-hongkong", account_id="1", function=None, credentials=None
)
SECRETS = tuple(value for name, value in ENVIRON.items() if "SECRET" in name or "TOKEN" in name)

# `make fuzz` asks for more.
bounded = settings(
    max_examples=int(os.environ.get("FUZZ_EXAMPLES") or (60 if THOROUGH else FEW)),
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.filter_too_much],
)

Answer = Callable[[httpx.Request], httpx.Response]
WORDS = (
    "type", "user", "id", "team", "channel", "actions", "action_id", "value", "view", "state", "values", "callback_id",
    "private_metadata", "message", "text", "blocks", "thread_ts", "ts", "response_url", "trigger_id", "container",
    "event", "event_id", "api_app_id", "challenge", "command", "user_id", "team_id", "channel_id", "enterprise",
    "ssl_check", "payload", "selected_option", "block_id", "hash", "root_view_id", "attachments", "files", "elements",
    "rows", "fields", "message_blocks", "child_blocks", "url", "bot_id", "edited", "fallback",
)  # fmt: skip
TEXTS = st.text(max_size=20) | st.sampled_from(
    [
        JOB,
        "help",
        f"{JOB} in ccc-test",
        f"{JOB[:24]}…",
        "find 13800000201 7d",
        "find_older",
        "1.2.0.29.AAAAAAAAAAAAAAAAAAAAAAAA",
        "rich_text_section",
        "payload",
        "http://127.0.0.1:9/x",
        "U0MEI",
        "C0SUPPORT",
        "T1",
        "\ud800",
        "\x00",
    ]
)
JSONS = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | TEXTS,
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(st.sampled_from(WORDS) | TEXTS, inner, max_size=5)
    ),
    max_leaves=14,
)


# Where calls without records are looked up.
DETAIL_OPERATIONS = ("GetCallDetailRecord", "ListCallDetailRecordsV2")


def fine(request: httpx.Request) -> httpx.Response:
    """Answer as all of the outside does when all is well: no records, ok, queued."""
    if request.headers.get("x-acs-action") == "ListNotificationRecords":
        return httpx.Response(200, json={"Code": "OK", "Data": [], "RequestId": "1-ccc"})
    if request.headers.get("x-acs-action") in DETAIL_OPERATIONS:
        return httpx.Response(200, json={"Code": "OK", "Data": None, "RequestId": "1-ccc"})
    if request.headers.get("x-acs-action") == "InvokeFunction":
        return httpx.Response(202)
    if request.url.path.endswith("/conversations.info"):
        return httpx.Response(200, json={"ok": True, "channel": {"is_ext_shared": False}})
    about = {"team_id": "T1", "bot_id": "B1", "user": {"team_id": "T1", "locale": "en-US"}}
    return httpx.Response(200, json={"ok": True, **about, "ts": "1.2", "channel": "C1"})


def door(
    kind: Callable[..., Application],
    answer: Answer = fine,
    *,
    http_only: bool = False,
    environ: Mapping[str, str] = ENVIRON,
) -> FunctionHandler:
    """Return a function of *kind* whose requests *answer* takes; no wait takes time."""

    def build(made: Settings) -> Application:
        return kind(made, client=httpx.Client(transport=httpx.MockTransport(answer)))

    clocks = Clocks(wall=time.time, monotonic=time.monotonic, sleep=lambda _: None)
    return FunctionHandler(build, http_only=http_only, environ=environ, clocks=clocks)


def http_event(body: bytes, headers: Mapping[str, str], *, method: str = "POST", path: str = "/") -> bytes:
    """Return an HTTP request as Function Compute hands it over."""
    event = {
        "version": "v1",
        "rawPath": path,
        "headers": dict(headers),
        "queryParameters": {},
        "body": base64.b64encode(body).decode(),
        "isBase64Encoded": True,
        "requestContext": {"http": {"method": method, "path": path}, "requestId": "1-fuzz"},
    }
    return json.dumps(event).encode()


def signed(body: bytes, content_type: str) -> bytes:
    """Return a request that Slack signed."""
    stamp = str(int(time.time()))
    mac = hmac.new(SECRET.encode(), f"v0:{stamp}:".encode() + body, hashlib.sha256).hexdigest()
    headers = {
        "Content-Type": content_type,
        "X-Slack-Request-Timestamp": stamp,
        "X-Slack-Signature": f"v0={mac}",
    }
    return http_event(body, headers)


def form(fields: Mapping[str, str]) -> bytes:
    """Return *fields* as a form."""
    return urlencode(fields, errors="surrogatepass").encode()


def answered(found: Any) -> tuple[int, str]:
    """Return status and body of what a handler returned, which must be what Function Compute can send."""
    assert isinstance(found, dict)
    assert found.keys() == {"statusCode", "headers", "isBase64Encoded", "body"}
    json.dumps(found).encode()
    text = found["body"]
    assert not any(secret in text for secret in SECRETS)
    assert "Traceback" not in text
    return found["statusCode"], text


SLACK, WEBHOOK, WORKER = SlackHandler, WebhookHandler, WorkerHandler
