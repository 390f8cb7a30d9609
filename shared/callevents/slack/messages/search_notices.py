"""Notices about finding calls: what is unclear in a request, and where finding works."""

from collections.abc import Sequence

from callevents.i18n import N_, gettext_for
from callevents.report.viewer import Viewer
from callevents.search.command import NotSearchable, Problem
from callevents.search.query import MAX_DAYS
from callevents.slack.blocks.block_kit import Message
from callevents.slack.messages.help import instance_message
from callevents.slack.messages.notices import notice
from callevents.slack.requests.command_text import COMMAND

EXAMPLES = {
    "number": "find 13800000201 7d",
    "agent": "find agent alice yesterday",
    "missed": "missed support 7d",
    "mine": "mine yesterday",
}
_PROBLEMS: dict[Problem, str] = {
    "number": N_("I need a number of 3 to 20 digits."),
    "masked": N_("Digits of this number are hidden: I can only find a whole number."),
    "agent": N_("I need one agent's login name, such as `alice`."),
    "group": N_("I need one group's id, such as `support`, or none for all groups."),
    "words": N_("After `mine` I understand days only."),
    "no_date": N_(
        "I cannot read the days. They are `today`, `yesterday`, `7d`, `this week`, `last week`, `2026-11-20`, or two"
        " dates."
    ),
    "future": N_("These days have not come yet."),
    "too_long": N_("That is too long a time: I look at %(days)d days at most."),
}
_DAYS = N_(
    "Days may follow: `today` (where none are given), `yesterday`, `7d`, `this week`, `last week`, `2026-11-20`, or two"
    " dates."
)
_OTHERS = N_("Or: `%(agent)s` for an agent's calls, `%(missed)s` for missed calls, `%(mine)s` for your own.")


def not_searchable(
    request: NotSearchable, viewer: Viewer, *, command: str = COMMAND, instances: Sequence[str] = ()
) -> Message:
    """Return what is unclear in a request to find calls, and examples; nothing of what was typed."""
    if request.problem == "instance":
        return instance_message(request.name, instances, viewer)
    _ = gettext_for(viewer.language)
    example = _("Try it like this: `%(example)s`.") % {"example": f"{command} {EXAMPLES[request.kind]}"}
    sentences = [problem(request, viewer), example]
    if request.problem in {"number", "agent", "group"}:
        sentences.append(_(_DAYS))
    if request.problem == "number":  # perhaps it was no number that was sought
        sentences.insert(2, _(_OTHERS) % {kind: f"{command} {words}" for kind, words in EXAMPLES.items()})
    return notice("❗", sentences, viewer)


def problem(request: NotSearchable, viewer: Viewer) -> str:
    """Return what is unclear, in one sentence."""
    return gettext_for(viewer.language)(_PROBLEMS[request.problem]) % {"days": MAX_DAYS}


def not_in_a_mention(viewer: Viewer) -> Message:
    """Return that everybody in the channel would read what is sought, and where finding works."""
    _ = gettext_for(viewer.language)
    then = _("Use `%(example)s`, or the form that `%(command)s` opens: only you see those.")
    values = {"example": f"{COMMAND} {EXAMPLES['number']}", "command": COMMAND}
    return notice(
        "❗", [_("I do not find calls in a mention: everybody here reads it."), then % values], viewer
    )


def page_expired(viewer: Viewer) -> Message:
    """Return that a page's button was made by another version, for somebody else, or was changed."""
    _ = gettext_for(viewer.language)
    then = _("Search again, for example: `%(example)s`.") % {"example": f"{COMMAND} {EXAMPLES['number']}"}
    return notice("❗", [_("This button no longer works."), then], viewer)


def lists_refused(viewer: Viewer, request_id: str) -> Message:
    """Return that the bot's role may not list calls."""
    _ = gettext_for(viewer.language)
    what = _("This bot's role is not allowed to list calls.")
    then = _("Your administrator must allow it `ccc:ListCallDetailRecordsV2`: `make doctor` checks that.")
    return notice("❗", [what, then], viewer, request_id=request_id)
