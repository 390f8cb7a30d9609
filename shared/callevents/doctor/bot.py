"""Checks the bot token: is it valid, and what scopes has it.

Source: https://docs.slack.dev/reference/methods/auth.test
"""

import json
import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from callevents.alibabacloud.outbound import Outbound
from callevents.calls.sanitize import clean
from callevents.clock import Deadline
from callevents.doctor.check_result import CheckResult, failed, note, ok, unknown
from callevents.settings.model import Settings
from callevents.slack.api.web_api import SLACK_FAILURES
from callevents.transport.failure import NO_PROXY, failure_reason

if TYPE_CHECKING:
    import httpx

TIMEOUT_SECONDS = 10.0
# The scopes of functions/slack/manifest.yml, and what does not work without each.
REQUIRED = {"commands": "/callevents itself", "chat:write": "alerts, and answers in threads"}
OPTIONAL = {
    "app_mentions:read": "mentions are not answered",
    "channels:history": "a resolved alert does not find its thread, and shares and alerts may come twice",
    "channels:read": "externally shared channels are not recognised",
    "chat:write.public": "the bot must be invited to the channel of the alerts",
    "groups:history": "the same in private channels",
    "groups:read": "externally shared private channels are not recognised",
    "usergroups:read": "user groups may neither ask, find calls nor reveal numbers",
    "users:read": "guests are not recognised, and answers are in English",
}
_REINSTALL = "add them under OAuth & Permissions of the Slack app and reinstall it"
_ERROR_CODE = r"[a-z_]{1,40}"


def check_bot_token(outbound: Outbound, settings: Settings) -> Iterator[CheckResult]:
    """Ask Slack who the token is, and compare its scopes with those of the manifest."""
    import httpx

    if settings.awaits_bot_token:
        yield unknown("bot token", "unknown until it is read from KMS")
        return
    if not settings.slack_bot_token:
        finding = "SLACK_BOT_TOKEN is not set: no alert, mention or form can be answered"
        yield failed("bot token", finding, "copy it from OAuth & Permissions of the Slack app: xoxb-…")
        return
    try:
        response = call_slack(outbound, settings, "auth.test")
    except httpx.HTTPError as error:
        host, why = httpx.URL(settings.slack_api_url).host, failure_reason(error)
        finding = f"{host} cannot be reached: {why} ({type(error).__name__})"
        yield failed("bot token", finding, f"check SLACK_API_URL and the network. {NO_PROXY}")
        return
    answer = json_object(response)
    if answer.get("ok") is True:
        yield ok("bot token", f"belongs to {_name(answer.get('user'))} in {_name(answer.get('team'))}")
        yield from _scopes(held_scopes(response), settings)
        return
    code = answer.get("error")
    if isinstance(code, str) and code in SLACK_FAILURES:
        yield unknown("bot token", f"Slack cannot answer at the moment: {code}", "try again in a minute")
    elif response.is_success and isinstance(code, str) and re.fullmatch(_ERROR_CODE, code):
        yield failed("bot token", f"Slack rejects it: {code}", "copy it again, or reinstall the Slack app")
    elif response.status_code == httpx.codes.TOO_MANY_REQUESTS:
        yield unknown("bot token", "Slack gets too many requests right now", "try again in a minute")
    else:
        finding = f"Slack's answer cannot be read (status {response.status_code})"
        yield unknown("bot token", finding, "try again in a minute")


def call_slack(outbound: Outbound, settings: Settings, method: str, **form: str) -> "httpx.Response":
    """Call *method* of Slack's Web API; raises httpx.HTTPError."""
    return outbound.client.post(
        f"{settings.slack_api_url}{method}",
        data=form,
        headers={"Authorization": f"Bearer {settings.slack_bot_token}"},
        extensions={"deadline": Deadline.after(TIMEOUT_SECONDS, outbound.clocks.monotonic)},
    )


def held_scopes(response: "httpx.Response") -> set[str]:
    """Return the scopes of the token that was sent."""
    return {scope.strip() for scope in response.headers.get("x-oauth-scopes", "").split(",")}


def _scopes(held: set[str], settings: Settings) -> Iterator[CheckResult]:
    required = dict(REQUIRED)
    if settings.usergroups or settings.full_numbers_usergroups or settings.search_usergroups:
        required["usergroups:read"] = "the user groups in the settings"
    missing = [f"{scope} ({why})" for scope, why in required.items() if scope not in held]
    if missing:
        yield failed("scopes", f"missing: {', '.join(missing)}", _REINSTALL)
    for scope in sorted(OPTIONAL.keys() - required.keys() - held):
        yield note("scopes", f"without {scope} {OPTIONAL[scope]}")
    if not missing:
        yield ok("scopes", "the token has what it needs")


def json_object(response: "httpx.Response") -> dict[str, object]:
    """Return the JSON object in *response*, an empty one if there is none."""
    try:
        answer = json.loads(response.content)
    except (ValueError, RecursionError):
        return {}
    return answer if isinstance(answer, dict) else {}


def _name(value: object) -> str:
    return clean(value)[:80] if isinstance(value, str) and value else "somebody"
