"""What went wrong: on whose side, what to do, and the request id."""

import re
from collections.abc import Mapping, Sequence

from callevents.errors import (
    CallEventsError,
    CccRefused,
    CccThrottled,
    CccTimedOut,
    CccUnavailable,
    CccUnreadable,
    CredentialsMissing,
    HandOverFailed,
    SettingsError,
    SlackError,
)
from callevents.i18n import N_, gettext_for
from callevents.report.text import label
from callevents.report.viewer import Viewer
from callevents.slack.blocks.block_kit import Message
from callevents.slack.messages.notices import notice

_OURS = N_("The fault is on this bot's side.")
_THEIRS = N_("The fault is on the contact center's side.")
_SIDES: Mapping[type[CallEventsError], str] = {
    SettingsError: _OURS,
    CredentialsMissing: _OURS,
    CccRefused: _OURS,
    HandOverFailed: _OURS,
    CccThrottled: _THEIRS,
    CccUnavailable: _THEIRS,
    CccTimedOut: _THEIRS,
    CccUnreadable: _THEIRS,
    SlackError: N_("The fault is on Slack's side."),
}
_PLACE = re.compile(r"%\((\w+)\)[sd]")


def error_message(
    error: CallEventsError, viewer: Viewer, request_id: str = "", *, jobs: Sequence[str] = ()
) -> Message:
    """Return what happened, on whose side, what to do, and the request id: the contact center's, else *request_id*."""
    _ = gettext_for(viewer.language)
    side = next((words for kind, words in _SIDES.items() if isinstance(error, kind)), None)
    told = [_filled(_(error.sentence), error.params), *([_(side)] if side else [])]
    told.append(_filled(_(error.advice), error.params))
    return notice("❗", told, viewer, jobs, error.request_id or request_id)


def reason(error: CallEventsError, viewer: Viewer) -> str:
    """Return one sentence on *error*, plain text."""
    return _filled(gettext_for(viewer.language)(error.sentence), error.params)


def _filled(sentence: str, params: Mapping[str, str | int]) -> str:
    """Fill *sentence*; a place without a value keeps a question mark, so that no mistake hides an error."""
    return _PLACE.sub(lambda place: label(str(params.get(place[1], "?")), 300).replace("`", "'"), sentence)
