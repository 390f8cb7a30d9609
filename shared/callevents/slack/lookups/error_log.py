"""The line in the log for a lookup that found nothing out: an error is for whoever runs the bot to mend."""

import logging

from callevents.errors import (
    CallEventsError,
    CccThrottled,
    CccTimedOut,
    CccUnavailable,
    CccUnreadable,
    SlackError,
)

# Of these nothing is ours to mend; they may pass.
_THEIRS = (CccThrottled, CccTimedOut, CccUnavailable, CccUnreadable, SlackError)

_log = logging.getLogger(__name__)


def log_lookup_error(what: str, error: CallEventsError) -> None:
    """Write *what* failed and why, with the request id of whoever refused it."""
    _log.log(
        logging.WARNING if isinstance(error, _THEIRS) else logging.ERROR,
        "%s: %s",
        what,
        error,
        extra={"code": error.code, "upstream_request_id": error.request_id or ""},
    )
