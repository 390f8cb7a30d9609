"""Every sentence that is neither an answer nor an error: refusals, and what is going on."""

import re
from collections.abc import Sequence

from callevents.i18n import gettext_for, ngettext_for
from callevents.report.text import cut_escaped, escape_mrkdwn, label
from callevents.report.verdict import join_sentences
from callevents.report.viewer import Viewer
from callevents.slack.blocks.block_kit import (
    PERSON,
    Block,
    Message,
    Piece,
    context,
    inline_code_sentence,
    interpolate,
    plain,
    rich_text,
    section,
    text_element,
    user,
    usergroup,
)

EXAMPLE = "job-468a63a2-0000-4000-8000-b1ecf726d4be"
MOST_CALLS = 10
_GROUP = re.compile(r"S[0-9A-Z]{1,30}", re.ASCII)
_NAMES_SHOWN = 20


def no_id(viewer: Viewer, *, command: str = "/callevents") -> Message:
    """Return that the text of a command or mention has no job id, with an example."""
    _ = gettext_for(viewer.language)
    return notice("❗", [_("There is no job id in your text."), _example(viewer, command)], viewer)


def no_id_in_message(viewer: Viewer) -> Message:
    """Return that the message of a shortcut has no job id."""
    _ = gettext_for(viewer.language)
    what = _("There is no job id in that message.")
    return notice("❗", [what, _("An id looks like this: `%(example)s`.") % {"example": EXAMPLE}], viewer)


def no_id_in_form(viewer: Viewer) -> Message:
    """Return that what was typed into the form has no job id."""
    _ = gettext_for(viewer.language)
    what = _("There is no job id in your text.")
    return notice("❗", [what, _("An id looks like this: `%(example)s`.") % {"example": EXAMPLE}], viewer)


def too_many(count: int, viewer: Viewer) -> Message:
    """Return that *count* ids are more than one request takes; nothing was looked up."""
    _, ngettext = gettext_for(viewer.language), ngettext_for(viewer.language)
    what = ngettext(
        "That is %(count)d id; I look up 10 at once at most.",
        "These are %(count)d ids; I look up 10 at once at most.",
        count,
    ) % {"count": count}
    return notice("❗", [what, _("Nothing was looked up: ask in smaller parts.")], viewer)


def not_allowed(viewer: Viewer, *, users: Sequence[str] = (), usergroups: Sequence[str] = ()) -> Message:
    """Return that this person may not ask, naming whom to ask: Slack ids of people and groups, at most five."""
    _ = gettext_for(viewer.language)
    return _refusal(_("You are not among those who may look up calls here."), viewer, users, usergroups)


def guests_refused(viewer: Viewer) -> Message:
    """Return that guests may not ask."""
    _ = gettext_for(viewer.language)
    return _refusal(_("Guests of this workspace may not look up calls."), viewer, (), ())


def guest_check_failed(viewer: Viewer) -> Message:
    """Return that Slack did not say whether the person is a guest, so nothing was looked up."""
    _ = gettext_for(viewer.language)
    return notice(
        "❗",
        [_("I could not check with Slack whether you may ask."), _("Nothing was looked up. Try again.")],
        viewer,
    )


def reveal_refused(viewer: Viewer, *, usergroups: Sequence[str] = ()) -> Message:
    """Return that this person may not see whole numbers, naming the user groups that may."""
    _ = gettext_for(viewer.language)
    return _refusal(_("You are not among those who may see full numbers."), viewer, (), usergroups)


def reveal_check_failed(viewer: Viewer) -> Message:
    """Return that Slack did not say whether the person may see whole numbers, so none was shown."""
    _ = gettext_for(viewer.language)
    what = _("I could not check with Slack whether you may see full numbers.")
    return notice("❗", [what, _("Nothing was revealed. Try again.")], viewer)


def still_looking(jobs: Sequence[str], viewer: Viewer, *, replaces: bool = True) -> Message:
    """Return that the lookup goes on in the background, and that the answer will come in place of this or below."""
    _ = gettext_for(viewer.language)
    what = _("Still looking: the contact center takes longer than usual.")
    then = _("The answer will replace this message.") if replaces else _("The answer will follow here.")
    return notice("⏳", [what, then], viewer, jobs)


def out_of_time(jobs: Sequence[str], viewer: Viewer) -> Message:
    """Return that time ran out and there is no worker to go on."""
    _ = gettext_for(viewer.language)
    return notice(
        "❗",
        [
            _("The contact center did not answer within the time that Slack gives."),
            _("Nothing is wrong with your request: run it again."),
            _("If this happens often, whoever runs this bot can set up its worker (`CALLEVENTS_WORKER`)."),
        ],
        viewer,
        jobs,
    )


def unknown_instance(name: str, allowed: Sequence[str], viewer: Viewer) -> Message:
    """Return that *name* is none of the *allowed* instances, and list those."""
    _, ngettext = gettext_for(viewer.language), ngettext_for(viewer.language)
    what = _("There is no instance called “%(name)s” here.") % {"name": label(name, 60)}
    names = _(", ").join(label(each, 60) for each in allowed[:_NAMES_SHOWN])
    more = len(allowed) - _NAMES_SHOWN
    if more > 0:
        names += " " + ngettext("… %(count)d more", "… %(count)d more", more) % {"count": more}
    then = _("You may choose: %(names)s") % {"names": names} if names else _("Ask whoever runs this bot.")
    return notice("❗", [what, then], viewer)


def no_instance(viewer: Viewer) -> Message:
    """Return that no default instance is set up."""
    _ = gettext_for(viewer.language)
    what = _("This bot is not set up correctly: %(names)s.") % {"names": "CCC_INSTANCE_ID"}
    return notice("❗", [what, _("Tell whoever runs it; `make doctor` names each problem.")], viewer)


def expired_button(viewer: Viewer, *, command: str = "/callevents") -> Message:
    """Return that a button is of another version or was tampered with."""
    _ = gettext_for(viewer.language)
    then = _("Look the call up again: `%(command)s` with its id.") % {"command": command}
    return notice("❗", [_("This button no longer works."), then], viewer)


def notice(
    emoji: str, sentences: Sequence[str], viewer: Viewer, jobs: Sequence[str] = (), request_id: str = ""
) -> Message:
    """Return *sentences* after an emoji, the job ids they are about, and the request id in small print."""
    _ = gettext_for(viewer.language)
    pieces = [
        text_element(f"{emoji} "),
        *inline_code_sentence(join_sentences(list(sentences), viewer.language)),
    ]
    blocks: list[Block] = [rich_text(section(*pieces, *_listed(jobs)))]
    told = [*(sentence.replace("`", "") for sentence in sentences)]
    if jobs:
        told.append(_("Call %(job)s.") % {"job": ", ".join(label(job) for job in jobs[:MOST_CALLS])})
    if request_id:
        small = _("Request id: %(id)s") % {"id": label(request_id)}
        told.append(small)
        blocks.append(context(plain(small)))
    return Message(cut_escaped(escape_mrkdwn(join_sentences(told, viewer.language))), blocks)


def _refusal(what: str, viewer: Viewer, users: Sequence[str], usergroups: Sequence[str]) -> Message:
    _ = gettext_for(viewer.language)
    whom = [usergroup(group) for group in usergroups if _GROUP.fullmatch(group)]
    whom += [user(person) for person in users if PERSON.fullmatch(person)]
    anybody = _("Ask whoever runs this bot.")
    pieces = inline_code_sentence(anybody)
    if whom:
        row = [part for piece in whom[:5] for part in (text_element(" "), piece)][1:]
        pieces = interpolate(_("Ask %(person)s."), *row)
    blocks = [rich_text(section(text_element(f"🚫 {join_sentences([what, ''], viewer.language)}"), *pieces))]
    return Message(cut_escaped(escape_mrkdwn(join_sentences([what, anybody], viewer.language))), blocks)


def _example(viewer: Viewer, command: str) -> str:
    _ = gettext_for(viewer.language)
    return _("Try it like this: `%(example)s`.") % {"example": f"{command} {EXAMPLE}"}


def _listed(jobs: Sequence[str]) -> list[Piece]:
    return [
        piece for job in jobs[:MOST_CALLS] for piece in (text_element("\n"), text_element(label(job), "code"))
    ]
