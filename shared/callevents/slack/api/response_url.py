"""Posts to a response_url, which lives 30 minutes and may be used five times.

Source: https://docs.slack.dev/interactivity/handling-user-interaction#message_responses
"""

import json
import re
from collections.abc import Callable, Collection, Mapping
from typing import TYPE_CHECKING

from callevents.clock import Deadline
from callevents.errors import SlackError, SlackRefused, SlackThrottled, SlackUrlSpent
from callevents.observability.request_log import RequestLog
from callevents.retry import Backoff, retry
from callevents.settings.validators import LOOPBACK
from callevents.slack.api.http import ERROR_CODE, OK, SERVER_ERROR, TOO_MANY, SlackResponse, exchange
from callevents.slack.blocks.block_kit import Message

if TYPE_CHECKING:
    import httpx

MAX_ATTEMPTS = 4
ATTEMPT_TIMEOUT_SECONDS = 5.0
# What another attempt needs, to Slack and back: one whose answer comes too late may be shown, and counts as failed.
MIN_ATTEMPT_SECONDS = 0.3
_BACKOFF = Backoff(initial=0.5)
_SPENT = {404, 410}
_JSON = {"Content-Type": "application/json; charset=utf-8"}
# The form in which Slack writes it: no user name, no back-slash, no blank, only ASCII.
_URL = (
    r"(?P<scheme>https?)://(?P<host>[0-9A-Za-z.-]+|\[::1\])(?::(?P<port>[0-9]{1,5}))?/[0-9A-Za-z/._~%?=&+-]*"
)


def allowed(url: str, hosts: Collection[str]) -> bool:
    """Say whether *url* may be posted to: https on the usual port, and its whole host name is in *hosts*.

    A loopback host may have any port, and plain http, for tests and the sandbox.
    """
    match = re.fullmatch(_URL, url, re.ASCII)
    if match is None:
        return False
    host = match["host"].strip("[]").lower()
    if host not in hosts:
        return False
    return host in LOOPBACK or (match["scheme"] == "https" and match["port"] in (None, "443"))


def body_of(message: Message) -> dict[str, object]:
    """Return an ephemeral *message* as the body of an acknowledgement or of a post."""
    return {"response_type": "ephemeral", "text": message.text, "blocks": message.blocks}


class ResponseUrls:
    """Posts to response_urls at *hosts*; *request_log* counts the attempts."""

    def __init__(
        self,
        client: "httpx.Client",
        hosts: Collection[str],
        *,
        sleep: Callable[[float], None],
        request_log: RequestLog,
    ) -> None:
        self._client = client
        self._hosts = hosts
        self._sleep = sleep
        self._request_log = request_log

    def post(
        self,
        url: str,
        message: Message,
        deadline: Deadline,
        *,
        replace: bool = True,
        in_channel: bool = False,
        thread: str = "",
        metadata: Mapping[str, object] | None = None,
        find: Callable[[], str | None] | None = None,
    ) -> None:
        """Post *message* to *url*: in place of the message that was clicked if *replace*, else into *thread*.

        It is ephemeral, or visible to the whole channel, with *metadata*, if *in_channel*. Retries a 429 after the
        pause that Slack asks for, a 5xx, and a lost connection, while there is time to hear the answer before the
        deadline; with *find* only what that does not find, as in PostOnce. Raises SlackUrlSpent for an expired or
        used-up URL, SlackRefused for a URL that is not allowed and for any other refusal, and SlackThrottled or
        SlackError when attempts or time run out.
        """
        if not allowed(url, self._hosts):
            raise SlackRefused(reason="not_a_response_url")
        body = body_of(message) | {"replace_original": replace}
        if in_channel:
            body["response_type"] = "in_channel"
        if thread and not replace:
            body["thread_ts"] = thread
        if metadata is not None:
            body["metadata"] = metadata
        content = json.dumps(body).encode()

        def send() -> str:  # as PostOnce takes it: Slack's answer has no ts
            # Twice does no harm where one person reads it, or where the second post replaces the first.
            self._send(url, content, deadline, repeatable=replace or not in_channel)
            return ""

        attempt: Callable[[], str] = send
        if find is not None:
            from callevents.slack.api.own_messages import PostOnce

            attempt = PostOnce(send, find)
        in_time = deadline.earlier_by(MIN_ATTEMPT_SECONDS)
        retry(attempt, wait=_wait, deadline=in_time, sleep=self._sleep, attempts=MAX_ATTEMPTS)

    def _send(self, url: str, content: bytes, deadline: Deadline, *, repeatable: bool) -> None:
        """Make one attempt, and record for how long and with what outcome; raise a SlackError where it fails."""
        started, outcome = deadline.clock(), "ok"
        # A connection that stays silent must not use up the whole deadline.
        own = deadline.capped(ATTEMPT_TIMEOUT_SECONDS)
        try:
            _check(exchange(self._client, url, content, _JSON, own, repeatable=repeatable))
        except SlackError as error:
            outcome = error.reason or error.code
            raise
        finally:
            self._request_log.add_attempt("slack", deadline.clock() - started, f"response_url {outcome}")


def _wait(error: Exception, failed: int) -> float | None:
    """Return the seconds before the next attempt, None for an error that no retry can help."""
    if not isinstance(error, SlackError) or isinstance(error, SlackUrlSpent | SlackRefused):
        return None
    asked = error.retry_after if isinstance(error, SlackThrottled) else None
    return _BACKOFF.seconds(failed, random=lambda: 0.0, retry_after=asked)


def _check(response: SlackResponse) -> None:
    """Raise a SlackError unless the post succeeded."""
    if response.status in _SPENT:
        raise SlackUrlSpent(reason=_error_code(response.body.decode("ascii", "replace").strip(), "spent"))
    if response.status == TOO_MANY:
        raise SlackThrottled(retry_after=response.retry_after)
    if response.status >= SERVER_ERROR:
        raise SlackError(reason=f"status {response.status}")
    if response.status != OK:
        raise SlackRefused(reason=f"status_{response.status}")
    # Slack answers "ok"; an HTML page comes from a proxy, and nothing was delivered.
    if response.body.lstrip().startswith(b"<"):
        raise SlackError(reason="a page")
    data = response.data()
    if data is not None and data.get("ok") is False:
        code = _error_code(data.get("error"), "unreadable")
        raise SlackUrlSpent(reason=code) if code in {"used_url", "expired_url"} else SlackRefused(reason=code)


def _error_code(text: object, otherwise: str) -> str:
    return text if isinstance(text, str) and ERROR_CODE.fullmatch(text) else otherwise
