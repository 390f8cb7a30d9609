"""Errors as messages: what happened, on whose side, what to do, and the request ID."""

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

_BOT = N_("The fault is on this bot's side.")
_CONTACT_CENTER = N_("The fault is on the contact center's side.")
_SIDES: Mapping[type[CallEventsError], str] = {
    SettingsError: _BOT,
    CredentialsMissing: _BOT,
    CccRefused: _BOT,
    HandOverFailed: _BOT,
    CccThrottled: _CONTACT_CENTER,
    CccUnavailable: _CONTACT_CENTER,
    CccTimedOut: _CONTACT_CENTER,
    CccUnreadable: _CONTACT_CENTER,
    SlackError: N_("The fault is on Slack's side."),
}
_PLACE = r"%\((\w+)\)[sd]"


def error_message(
    error: CallEventsError, viewer: Viewer, request_id: str = "", *, jobs: Sequence[str] = ()
) -> Message:
    """Return what happened, on whose side, what to do, and a request ID: the error's own, else *request_id*."""
    _ = gettext_for(viewer.language)
    side = next((words for kind, words in _SIDES.items() if isinstance(error, kind)), None)
    sentences = [_filled(_(error.sentence), error.params), *([_(side)] if side else [])]
    sentences.append(_filled(_(error.advice), error.params))
    return notice("❗", sentences, viewer, jobs, error.request_id or request_id)


def reason(error: CallEventsError, viewer: Viewer) -> str:
    """Return what happened in one sentence of plain text."""
    return _filled(gettext_for(viewer.language)(error.sentence), error.params)


def _filled(sentence: str, params: Mapping[str, str | int]) -> str:
    """Fill *sentence*; a missing value becomes a question mark, so that the error is never hidden."""
    return re.sub(
        _PLACE, lambda place: label(str(params.get(place[1], "?")), 300).replace("`", "'"), sentence
    )
