"""Answers through a response_url: it lives 30 minutes and may be used five times.

Source: https://docs.slack.dev/interactivity/handling-user-interaction#message_responses
"""

import json
import re
from collections.abc import Callable, Collection
from typing import TYPE_CHECKING

from callevents.clock import Deadline
from callevents.errors import SlackError, SlackRefused, SlackThrottled, SlackUrlSpent
from callevents.observability.request_log import RequestLog
from callevents.settings.validators import LOOPBACK
from callevents.slack.api.http import OK, SERVER_ERROR, TOO_MANY, WORD, Answer, exchange
from callevents.slack.messages.answer import Message

if TYPE_CHECKING:
    import httpx

TRIES = 4
ATTEMPT = 5.0
PAUSE = 0.5
_SPENT = {404, 410}
_JSON = {"Content-Type": "application/json; charset=utf-8"}
# Nothing but what Slack writes: no user name, no back-slash, no blank, nothing that is not ASCII.
_URL = re.compile(
    r"(?P<scheme>https?)://(?P<host>[0-9A-Za-z.-]+|\[::1\])(?::(?P<port>[0-9]{1,5}))?/[0-9A-Za-z/._~%?=&+-]*",
    re.ASCII,
)


def allowed(url: str, hosts: Collection[str]) -> bool:
    """Say whether *url* is one of Slack's: https, its host one of *hosts* as a whole, on the usual port.

    On the machine itself, for tests, any port will do, and plain http.
    """
    match = _URL.fullmatch(url)
    if match is None:
        return False
    host = match["host"].strip("[]").lower()
    if host not in hosts:
        return False
    return host in LOOPBACK or (match["scheme"] == "https" and match["port"] in (None, "443"))


def body_of(message: Message) -> dict[str, object]:
    """Return *message* for its asker alone, as the body of an acknowledgement or of a post."""
    return {"response_type": "ephemeral", "text": message.text, "blocks": message.blocks}


def post(
    client: "httpx.Client",
    url: str,
    message: Message,
    hosts: Collection[str],
    deadline: Deadline,
    *,
    sleep: Callable[[float], None],
    replace: bool = True,
    in_channel: bool = False,
    thread: str = "",
    request_log: RequestLog | None = None,
) -> None:
    """Post an ephemeral *message* to *url*, in place of the one it belongs to if *replace*, else into *thread*.

    With *in_channel* everybody reads it. *tally* takes each attempt down.

    Tries again what is worth it (429 after the pause it asks for, 5xx, a lost connection), but never past the deadline.
    Raises SlackUrlSpent for an expired or used-up URL, SlackRefused for one that is not Slack's and for any other
    refusal, SlackThrottled and SlackError where time or patience ran out.
    """
    if not allowed(url, hosts):
        raise SlackRefused(reason="not_a_response_url")
    body = body_of(message) | {"replace_original": replace}
    if in_channel:
        body["response_type"] = "in_channel"
    if thread and not replace:
        body["thread_ts"] = thread
    content = json.dumps(body).encode()
    for tried in range(1, TRIES + 1):
        began = deadline.clock()
        error = _attempt(client, url, content, deadline, repeatable=replace or not in_channel)
        if request_log is not None:
            came = "ok" if error is None else error.reason or error.code
            request_log.add_attempt("slack", deadline.clock() - began, f"response_url {came}")
        if error is None:
            return
        pause = error.retry_after if isinstance(error, SlackThrottled) else PAUSE * 2 ** (tried - 1)
        if isinstance(error, SlackUrlSpent | SlackRefused) or tried == TRIES or pause >= deadline.remaining():
            raise error
        sleep(pause)


def _attempt(
    client: "httpx.Client", url: str, content: bytes, deadline: Deadline, *, repeatable: bool
) -> SlackError | None:
    """Return what went wrong with one attempt; a connection that says nothing does not use up all the time."""
    own = Deadline(min(deadline.expires_at, deadline.clock() + ATTEMPT), deadline.clock)
    try:
        # Twice does no harm where one person reads it, or where the second replaces the first.
        _check(exchange(client, url, content, _JSON, own, repeatable=repeatable))
    except SlackError as error:
        return error
    return None


def _check(answer: Answer) -> None:
    """Return for a success only."""
    if answer.status in _SPENT:
        raise SlackUrlSpent(reason=_word(answer.body.decode("ascii", "replace").strip(), "spent"))
    if answer.status == TOO_MANY:
        raise SlackThrottled(retry_after=answer.retry_after)
    if answer.status >= SERVER_ERROR:
        raise SlackError(reason=f"status {answer.status}")
    if answer.status != OK:
        raise SlackRefused(reason=f"status_{answer.status}")
    # Slack says "ok": a page is a proxy's, and nothing was delivered.
    if answer.body.lstrip().startswith(b"<"):
        raise SlackError(reason="a page")
    data = answer.data()
    if data is not None and data.get("ok") is False:
        word = _word(data.get("error"), "unreadable")
        raise SlackUrlSpent(reason=word) if word in {"used_url", "expired_url"} else SlackRefused(reason=word)


def _word(text: object, otherwise: str) -> str:
    return text if isinstance(text, str) and WORD.fullmatch(text) else otherwise
