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
from callevents.slack.api.http import ERROR_CODE, OK, TOO_MANY, exchange

if TYPE_CHECKING:
    import httpx

# Slack's own failures: a retry may help, so they are not refusals.
SLACK_FAILURES = frozenset(
    {"fatal_error", "internal_error", "request_timeout", "service_unavailable", "team_added_to_org"}
)
# The bot token is no longer valid, or the app is no longer installed.
_TOKEN_REFUSED = frozenset(
    {"account_inactive", "invalid_auth", "not_authed", "token_expired", "token_revoked", "app_uninstalled"}
)


class SlackAnswer(NamedTuple):
    """A successful answer of the Web API; `data` is to be read with callevents.slack.requests.fields."""

    data: Mapping[str, object]

    def __repr__(self) -> str:
        """Leave out personal data."""
        return "SlackAnswer(…)"


class SlackApi:
    """Calls methods of the Web API with a bot token."""

    def __init__(
        self, *, client: "httpx.Client", base_url: str, token: str, request_log: RequestLog | None = None
    ) -> None:
        """Keep the shared *client*, the base URL (ending in `/`) and the token; *request_log* counts the calls."""
        self._request_log = request_log or RequestLog()
        self._client = client
        self._base_url = base_url
        self._token = token

    def call(self, method: str, payload: Mapping[str, object], deadline: Deadline) -> SlackAnswer:
        """Call *method* and return its answer before the deadline.

        Raises SlackThrottled (429), SlackTokenRefused, SlackRefused (`reason` is Slack's error code), or SlackError for
        any other failure.
        """
        started, outcome = deadline.clock(), "ok"
        try:
            return self._call(method, payload, deadline)
        except SlackError as error:
            outcome = error.reason or error.code
            raise
        finally:
            self._request_log.add_attempt("slack", deadline.clock() - started, f"{method} {outcome}")

    def _call(self, method: str, payload: Mapping[str, object], deadline: Deadline) -> SlackAnswer:
        if not self._token:
            raise SlackTokenRefused(reason="not_authed")
        content, content_type = _encode(payload)
        headers = {"Authorization": f"Bearer {self._token}", "Content-Type": content_type}
        is_read = method.endswith((".info", ".list", ".history", ".replies"))
        answer = exchange(
            self._client, self._base_url + method, content, headers, deadline, repeatable=is_read
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
        raise _error_for(data.get("error"), answer.retry_after)


def _encode(payload: Mapping[str, object]) -> tuple[bytes, str]:
    """Return *payload* as a form, which every method accepts, or as JSON if it holds nested values."""
    present = {name: value for name, value in payload.items() if value is not None}
    if any(isinstance(value, dict | list) for value in present.values()):
        return json.dumps(present).encode(), "application/json; charset=utf-8"
    form = {name: str(value).lower() if isinstance(value, bool) else value for name, value in present.items()}
    return urlencode(form, errors="replace").encode(), "application/x-www-form-urlencoded"


def _error_for(code: object, retry_after: float) -> SlackError:
    if not isinstance(code, str) or not ERROR_CODE.fullmatch(code):
        return SlackError(reason="unreadable")
    if code in {"ratelimited", "rate_limited"}:
        return SlackThrottled(retry_after=retry_after)
    if code in _TOKEN_REFUSED:
        return SlackTokenRefused(reason=code)
    return SlackError(reason=code) if code in SLACK_FAILURES else SlackRefused(reason=code)
