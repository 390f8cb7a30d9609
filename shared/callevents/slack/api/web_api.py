"""Slack's Web API.

Source: https://docs.slack.dev/apis/web-api
"""

import json
from collections.abc import Mapping
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import urlencode

from callevents.clock import Deadline
from callevents.errors import SlackError, SlackRefused, SlackThrottled, SlackTokenRefused
from callevents.observability.request_log import RequestLog
from callevents.slack.api.http import OK, TOO_MANY, WORD, exchange

if TYPE_CHECKING:
    import httpx

# Slack's own troubles: trying again may help, so they are no refusals.
_THEIR_TROUBLE = frozenset(
    {"fatal_error", "internal_error", "request_timeout", "service_unavailable", "team_added_to_org"}
)
# The bot's token, or the app, is no longer good for anything.
_TOKEN = frozenset(
    {"account_inactive", "invalid_auth", "not_authed", "token_expired", "token_revoked", "app_uninstalled"}
)


class SlackAnswer(NamedTuple):
    """An answer that says `ok`; `data` is the whole of it, to be read with callevents.slack.requests.fields."""

    data: Mapping[str, object]

    def __repr__(self) -> str:
        """Leave out what Slack says of people."""
        return "SlackAnswer(…)"


class SlackApi:
    """Calls methods of the Web API with a bot token."""

    def __init__(
        self, *, client: "httpx.Client", base_url: str, token: str, request_log: RequestLog | None = None
    ) -> None:
        """Keep the shared *client*, the base URL (ending in `/`) and the token; *tally* takes calls down."""
        self._tally = request_log or RequestLog()
        self._client = client
        self._base_url = base_url
        self._token = token

    def call(self, method: str, payload: Mapping[str, object], deadline: Deadline) -> SlackAnswer:
        """Call *method* and return its answer before the deadline.

        Raises SlackThrottled (429), SlackTokenRefused, SlackRefused (Slack's error word is its `reason`), SlackError
        (all else).
        """
        began, came = deadline.clock(), "ok"
        try:
            return self._called(method, payload, deadline)
        except SlackError as error:
            came = error.reason or error.code
            raise
        finally:
            self._tally.add_attempt("slack", deadline.clock() - began, f"{method} {came}")

    def _called(self, method: str, payload: Mapping[str, object], deadline: Deadline) -> SlackAnswer:
        if not self._token:
            raise SlackTokenRefused(reason="not_authed")
        content, content_type = _encoded(payload)
        headers = {"Authorization": f"Bearer {self._token}", "Content-Type": content_type}
        only_reads = method.endswith((".info", ".list", ".history", ".replies"))
        answer = exchange(
            self._client, self._base_url + method, content, headers, deadline, repeatable=only_reads
        )
        if answer.status == TOO_MANY:
            raise SlackThrottled(retry_after=answer.retry_after)
        if answer.status != OK:
            raise SlackError(reason=f"status {answer.status}")
        data = answer.data()
        if data is None:
            raise SlackError(reason="unreadable")
        if data.get("ok") is True:
            return SlackAnswer(data)
        raise _refusal(data.get("error"), answer.retry_after)


def _encoded(payload: Mapping[str, object]) -> tuple[bytes, str]:
    """Return *payload* as a form, which every method reads; as JSON where something nested is in it."""
    present = {name: value for name, value in payload.items() if value is not None}
    if any(isinstance(value, dict | list) for value in present.values()):
        return json.dumps(present).encode(), "application/json; charset=utf-8"
    form = {name: str(value).lower() if isinstance(value, bool) else value for name, value in present.items()}
    return urlencode(form, errors="replace").encode(), "application/x-www-form-urlencoded"


def _refusal(word: object, retry_after: float) -> SlackError:
    if not isinstance(word, str) or not WORD.fullmatch(word):
        return SlackError(reason="unreadable")
    if word in {"ratelimited", "rate_limited"}:
        return SlackThrottled(retry_after=retry_after)
    if word in _TOKEN:
        return SlackTokenRefused(reason=word)
    return SlackError(reason=word) if word in _THEIR_TROUBLE else SlackRefused(reason=word)
