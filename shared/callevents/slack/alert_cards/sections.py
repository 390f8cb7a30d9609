"""The calls of an alert that have no answer on its card: failed, resolved, or too many to look up."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

from callevents.errors import CallEventsError
from callevents.i18n import gettext_for, ngettext_for
from callevents.report.text import label
from callevents.report.viewer import Viewer
from callevents.slack.blocks.block_kit import Block, Piece, bullets, rich_text, section, text_element
from callevents.slack.messages.errors import reason
from callevents.slack.requests.command_text import COMMAND

if TYPE_CHECKING:
    from callevents.tasks.envelope import AlertEnvelope

_MAX_IDS_PER_COMMAND = 10
_MAX_COMMANDS = 3


def failed_calls(failures: Mapping[str, CallEventsError], viewer: Viewer, max_listed: int) -> list[Block]:
    """Return the calls whose lookup failed, each with the reason; *max_listed* are listed, the others counted."""
    if not failures:
        return []
    _ = gettext_for(viewer.language)
    listed = list(failures.items())[:max_listed]
    items = [
        [text_element(label(job), "code"), text_element(f" {reason(error, viewer)}")] for job, error in listed
    ]
    if len(failures) > len(listed):
        items.append([_more(len(failures) - len(listed), viewer)])
    return [rich_text(section(text_element("❗ " + _("Could not be looked up:"))), bullets(items))]


def resolved_calls(alert: "AlertEnvelope", viewer: Viewer, max_listed: int) -> list[Block]:
    """Return the calls for which a partly resolved alert is resolved; *max_listed* are listed, the others counted."""
    resolved = alert.resolved_jobs if alert.state == "mixed" else ()
    if not resolved:
        return []
    _ = gettext_for(viewer.language)
    pieces = [text_element("✅ " + _("Resolved, not looked up:"))]
    for job in resolved[:max_listed]:
        pieces += [text_element("\n"), text_element(label(job), "code")]
    if len(resolved) > max_listed:
        pieces += [text_element("\n"), _more(len(resolved) - max_listed, viewer)]
    return [rich_text(section(*pieces))]


def left_out_calls(alert: "AlertEnvelope", viewer: Viewer, max_listed: int) -> list[Block]:
    """Return how many calls were too many to look up, with commands for them, of ten ids each.

    There are at most *max_listed* and at most three commands; the ids in none of them are counted.
    """
    count = max(alert.left_out_count, len(alert.left_out))
    if not count:
        return []
    _, ngettext = gettext_for(viewer.language), ngettext_for(viewer.language)
    words = ngettext(
        "%(count)d more call was not looked up.", "%(count)d more calls were not looked up.", count
    )
    pieces = [text_element(f"❗ {words % {'count': count}}")]
    listed = alert.left_out[: _MAX_IDS_PER_COMMAND * min(max_listed, _MAX_COMMANDS)]
    if listed:
        pieces.append(text_element("\n" + _("Look them up:")))
    for start in range(0, len(listed), _MAX_IDS_PER_COMMAND):
        ids = " ".join(label(job) for job in listed[start : start + _MAX_IDS_PER_COMMAND])
        pieces += [text_element("\n"), text_element(f"{COMMAND} {ids}", "code")]
    if listed and count > len(listed):
        pieces += [text_element("\n"), _more(count - len(listed), viewer)]
    return [rich_text(section(*pieces))]


def _more(count: int, viewer: Viewer) -> Piece:
    words = ngettext_for(viewer.language)("… %(count)d more call", "… %(count)d more calls", count)
    return text_element(words % {"count": count})
