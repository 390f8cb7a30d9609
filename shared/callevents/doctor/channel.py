"""Checks the channels of the alerts: may the bot post there.

Source: https://docs.slack.dev/reference/methods/conversations.info
"""

from collections.abc import Iterator

from callevents.alibabacloud.outbound import Outbound
from callevents.doctor.bot import call_slack, held_scopes, json_object
from callevents.doctor.check_result import CheckResult, failed, note, ok, unknown
from callevents.settings.model import Settings

SUBJECT = "alert channel"
_INVITE = "invite the bot there, or set another channel"
_MISSING_SCOPE = {"missing_scope", "no_permission", "not_allowed_token_type"}


def check_alert_channels(outbound: Outbound, settings: Settings) -> Iterator[CheckResult]:
    """Ask Slack about each channel that an alert may go to; the bot token must be valid."""
    import httpx

    for channel in dict.fromkeys(filter(None, [settings.channel, *sorted(settings.channels)])):
        try:
            response = call_slack(outbound, settings, "conversations.info", channel=channel)
        except httpx.HTTPError as error:
            yield unknown(
                SUBJECT, f"{channel}: Slack cannot be reached ({type(error).__name__})", "try again"
            )
            return
        yield _result(channel, json_object(response), held_scopes(response))


def _result(channel: str, answer: dict[str, object], scopes: set[str]) -> CheckResult:
    error, found = answer.get("error"), answer.get("channel")
    if answer.get("ok") is not True or not isinstance(found, dict):
        if error == "channel_not_found":
            text = f"{channel} does not exist, or it is private and the bot is not in it"
            return failed(SUBJECT, text, _INVITE)
        if error in _MISSING_SCOPE:
            return note(SUBJECT, f"{channel}: unknown without the scopes channels:read and groups:read")
        return unknown(SUBJECT, f"{channel}: Slack's answer cannot be read", "try again in a minute")
    if found.get("is_archived") is True:
        return failed(SUBJECT, f"{channel} is archived", "set another channel")
    may_join = found.get("is_private") is not True and "chat:write.public" in scopes
    if found.get("is_member") is False and not may_join:
        return failed(SUBJECT, f"the bot is not in {channel}: no alert can be posted there", _INVITE)
    return ok(SUBJECT, f"the bot can post in {channel}")
