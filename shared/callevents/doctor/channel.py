"""The channels of the alerts: may the bot post there.

Source: https://docs.slack.dev/reference/methods/conversations.info
"""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from callevents.clock import Clocks
from callevents.doctor.bot import ask, held_scopes, object_in
from callevents.doctor.check import Check, failed, note, ok, unknown
from callevents.settings.model import Settings

if TYPE_CHECKING:
    import httpx

SUBJECT = "alert channel"
_INVITE = "invite the bot there, or set another channel"
_NO_RIGHT = {"missing_scope", "no_permission", "not_allowed_token_type"}


def alert_channels(client: "httpx.Client", settings: Settings, clocks: Clocks) -> Iterator[Check]:
    """Ask Slack about each channel that an alert may go to; for a bot token that is good."""
    import httpx

    for channel in dict.fromkeys(filter(None, [settings.channel, *sorted(settings.channels)])):
        try:
            answer = ask(client, settings, clocks, "conversations.info", channel=channel)
        except httpx.HTTPError as error:
            yield unknown(
                SUBJECT, f"{channel}: Slack cannot be reached ({type(error).__name__})", "try again"
            )
            return
        yield _finding(channel, object_in(answer), held_scopes(answer))


def _finding(channel: str, said: dict[str, object], scopes: set[str]) -> Check:
    word, found = said.get("error"), said.get("channel")
    if said.get("ok") is not True or not isinstance(found, dict):
        if word == "channel_not_found":
            finding = f"{channel} does not exist, or it is private and the bot is not in it"
            return failed(SUBJECT, finding, _INVITE)
        if word in _NO_RIGHT:
            return note(SUBJECT, f"{channel}: cannot be told without channels:read and groups:read")
        return unknown(SUBJECT, f"{channel}: Slack's answer cannot be read", "try again in a minute")
    if found.get("is_archived") is True:
        return failed(SUBJECT, f"{channel} is archived", "set another channel")
    may_join = found.get("is_private") is not True and "chat:write.public" in scopes
    if found.get("is_member") is False and not may_join:
        return failed(SUBJECT, f"the bot is not in {channel}: no alert can be posted there", _INVITE)
    return ok(SUBJECT, f"{channel} takes alerts")
