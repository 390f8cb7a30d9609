"""One signed request from Slack to the app, and the seconds that Slack waits.

Source: https://docs.slack.dev/authentication/verifying-requests-from-slack
"""

import hmac
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from hashlib import sha256

import httpx

from callevents_sandbox.server import capture as wire
from callevents_sandbox.slack.posted import Posted
from callevents_sandbox.slack.workspace import ResponseUrl, Workspace


@dataclass(frozen=True, slots=True)
class Shown:
    """The outcome of one request to the app.

    `error` is the word that the person reads where the app failed (operation_timeout, dispatch_failed, …), `message`
    what the acknowledgement itself shows, `body` and `status` (0: no answer) what the app sent, after `seconds`. Forms
    that it opens have its `trigger_id`.
    """

    status: int
    seconds: float
    error: str | None = None
    message: Posted | None = None
    body: bytes = field(default=b"", repr=False)
    response_url: ResponseUrl | None = None
    trigger_id: str = ""


class Delivery:
    """Sends signed requests to `request_url`."""

    def __init__(self, workspace: Workspace, request_url: str) -> None:
        self.workspace = workspace
        self.request_url = request_url

    def send(
        self,
        body: bytes,
        content_type: str,
        *,
        what: str = "request",
        headers: Mapping[str, str] | None = None,
        age: float = 0.0,
    ) -> Shown:
        """Sign *body* as of *age* seconds ago, send it, and wait for what is left of its timeout."""
        stamp = str(int(self.workspace.clock() - age))
        sent = {"content-type": content_type, "user-agent": "Slackbot 1.0 (+https://api.slack.com/robots)"}
        sent |= {"x-slack-request-timestamp": stamp, **(headers or {})}
        sent["x-slack-signature"] = signature(self.workspace.app.signing_secret, stamp, body)
        self.workspace.journal.write(
            "slack",
            f"sent {what}",
            bytes=len(body),
            request=wire.request("POST", self.request_url, sent.items(), body),
        )
        shown = self._post(body, sent, max(0.01, self.workspace.ack_timeout - age))
        self.workspace.journal.write(
            "slack",
            f"answered {what}",
            status=shown.status,
            milliseconds=round(shown.seconds * 1000),
            error=shown.error,
            bytes=len(shown.body),
            response=wire.response(shown.status, shown.body),
        )
        return shown

    def _post(self, body: bytes, headers: Mapping[str, str], ack_timeout: float) -> Shown:
        """Post *body*, and return the answer, or the error that Slack shows in the place of one."""
        status, content, error = 0, b"", None
        began = time.monotonic()
        try:
            answer = httpx.post(
                self.request_url, content=body, headers=headers, timeout=ack_timeout, trust_env=False
            )
            status, content = answer.status_code, answer.content
            error = None if answer.is_success else "dispatch_failed"
        except httpx.TimeoutException:
            error = "operation_timeout"
        except httpx.TransportError:
            error = "dispatch_failed"
        seconds = time.monotonic() - began
        if seconds > ack_timeout:
            status, error = 0, "operation_timeout"
        return Shown(status, seconds, error, body=content)


def signature(secret: str, stamp: str, body: bytes) -> str:
    """Return the value of X-Slack-Signature."""
    return "v0=" + hmac.new(secret.encode(), f"v0:{stamp}:".encode() + body, sha256).hexdigest()
