"""Notices: why a request cannot be looked up as it is, and what an answer leaves out."""

from collections.abc import Sequence
from typing import Literal, TypeAlias

from callevents.calls.job_ids import Fragment
from callevents.i18n import gettext_for, ngettext_for
from callevents.report.text import cut_escaped, escape_mrkdwn, join_sentences, label
from callevents.report.viewer import Viewer
from callevents.slack.blocks.block_kit import (
    MAX_MESSAGE_BLOCKS,
    Block,
    Message,
    Piece,
    context,
    inline_code,
    plain,
    rich_text,
    section,
    text_element,
)
from callevents.slack.requests.command_text import COMMAND, MAX_JOBS, LeftOut

EXAMPLE = "job-468a63a2-0000-4000-8000-b1ecf726d4be"
_MAX_NAMES = 20
_MAX_BLOCKS = 50
_MAX_FRAGMENTS = 3

# Why a thread's first message gives no id: it has none, it cannot be read, or it was not read in time.
NoIdInThread: TypeAlias = Literal["none", "unreadable", "late"]


def no_id(viewer: Viewer, *, command: str = COMMAND, finds: bool = False) -> Message:
    """Return that a command or mention has no job id, with an example; *finds* as in `help_message`."""
    _ = gettext_for(viewer.language)
    sentences = [_("There is no job id in your text."), _example(viewer, command), where_ids_stand(viewer)]
    if finds:
        example = {"example": f"{command} find 13800000201 7d"}
        sentences.append(_("To find calls by number, if you are allowed to: `%(example)s`.") % example)
    return notice("❗", sentences, viewer)


def where_ids_stand(viewer: Viewer) -> str:
    """Return where a person finds the job id of a call."""
    _ = gettext_for(viewer.language)
    return _(
        "A job id stands with the call's record in the CCC workbench (call ID), and in the name of its recording."
    )


def no_id_in_message(viewer: Viewer) -> Message:
    """Return that the message of a shortcut has no job id."""
    _ = gettext_for(viewer.language)
    return _no_id(_("There is no job id in that message."), viewer)


def no_id_in_form(viewer: Viewer) -> Message:
    """Return that what was typed into the form has no job id."""
    _ = gettext_for(viewer.language)
    return _no_id(_("There is no job id in your text."), viewer)


def _no_id(what: str, viewer: Viewer) -> Message:
    _ = gettext_for(viewer.language)
    example = _("An id looks like this: `%(example)s`.") % {"example": EXAMPLE}
    return notice("❗", [what, example, where_ids_stand(viewer)], viewer)


def no_id_in_thread(why: NoIdInThread, viewer: Viewer) -> Message:
    """Return that neither a mention in a thread nor the thread's first message gives an id, and what works there."""
    _ = gettext_for(viewer.language)
    what = {
        "none": _("There is no job id in your text, nor in the first message of this thread."),
        "unreadable": _(
            "There is no job id in your text, and I cannot read the first message of this thread."
        ),
        "late": _("There is no job id in your text, and Slack did not show me this thread in time."),
    }[why]
    then = _(
        "In this thread: mention me with an id, or use the message shortcut “Look up call events”"
        " on a message that has one."
    )
    return notice(
        "❗", [what, then, _("An id looks like this: `%(example)s`.") % {"example": EXAMPLE}], viewer
    )


def not_whole(fragments: Sequence[Fragment], viewer: Viewer) -> Message:
    """Return what is wrong with what looks like ids, and that nothing was looked up."""
    _ = gettext_for(viewer.language)
    sentences = _about(fragments, viewer)
    if any(each.flaw in {"cut", "too_long"} for each in fragments):
        sentences.append(_("A whole id looks like this: `%(example)s`.") % {"example": EXAMPLE})
        sentences.append(where_ids_stand(viewer))
    return notice("❗", [*sentences, _("Nothing was looked up.")], viewer)


def with_left_out(message: Message, left_out: LeftOut, viewer: Viewer) -> Message:
    """Return *message* with small print about what was not looked up."""
    ngettext = ngettext_for(viewer.language)
    sentences = _about(left_out.fragments, viewer)
    if left_out.more:
        more = ngettext(
            "%(count)d more id was not looked up: I look up at most 10 at once.",
            "%(count)d more ids were not looked up: I look up at most 10 at once.",
            left_out.more,
        )
        sentences.insert(0, more % {"count": left_out.more})
    if not sentences:
        return message
    words = join_sentences(sentences, viewer.language).replace("`", "")
    text = join_sentences([message.text, escape_mrkdwn(words)], viewer.language)
    blocks = [*message.blocks[: MAX_MESSAGE_BLOCKS - 1], context(plain(f"❗ {words}"))]
    return Message(cut_escaped(text), blocks)


def _about(fragments: Sequence[Fragment], viewer: Viewer) -> list[str]:
    _ = gettext_for(viewer.language)
    sentences = {
        "cut": _("`%(piece)s` is not a whole job id: it looks cut off."),
        "too_long": _("`%(piece)s` is not a job id: it is longer than one."),
        "no_hyphens": _("The hyphens are missing in `%(piece)s`: ask for `%(meant)s`."),
        "no_prefix": _("`job-` is missing before `%(piece)s`: ask for `%(meant)s`."),
    }
    return [
        sentences[each.flaw] % {"piece": label(each.text), "meant": each.meant}
        for each in fragments[:_MAX_FRAGMENTS]
    ]


def too_many(count: int, viewer: Viewer) -> Message:
    """Return that one request takes fewer than *count* ids, and that nothing was looked up."""
    _, ngettext = gettext_for(viewer.language), ngettext_for(viewer.language)
    what = ngettext(
        "You gave %(count)d id; 10 is the most at once.",
        "You gave %(count)d ids; 10 is the most at once.",
        count,
    ) % {"count": count}
    return notice("❗", [what, _("Nothing was looked up: split them up.")], viewer)


def with_notes(message: Message, notes: Sequence[str], viewer: Viewer) -> Message:
    """Return *message* with *notes* below it in small print."""
    _ = gettext_for(viewer.language)
    texts = {
        "language": _("Slack did not say in time which language and time zone are yours."),
        "reveal": _(
            "Slack did not say in time whether you are allowed to see full numbers: that button is missing."
        ),
    }
    sentences = [texts[note] for note in notes]
    if not sentences or len(message.blocks) >= _MAX_BLOCKS:
        return message
    return Message(
        message.text, [*message.blocks, context(plain(join_sentences(sentences, viewer.language)))]
    )


def unknown_instance(name: str, allowed: Sequence[str], viewer: Viewer) -> Message:
    """Return that *name* is not one of the *allowed* instances, and list these."""
    _, ngettext = gettext_for(viewer.language), ngettext_for(viewer.language)
    what = _("There is no instance called “%(name)s” here.") % {"name": label(name, 60)}
    names = _(", ").join(label(each, 60) for each in allowed[:_MAX_NAMES])
    more = len(allowed) - _MAX_NAMES
    if more > 0:
        names += " " + ngettext("… %(count)d more", "… %(count)d more", more) % {"count": more}
    then = _("You may choose: %(names)s") % {"names": names} if names else _("Ask your administrator.")
    return notice("❗", [what, then], viewer)


def no_instance(viewer: Viewer) -> Message:
    """Return that no default instance is set up."""
    _ = gettext_for(viewer.language)
    what = _("This bot is not set up correctly: %(names)s.") % {"names": "CCC_INSTANCE_ID"}
    return notice(
        "❗", [what, _("Ask your administrator to run `make doctor`, which lists every problem.")], viewer
    )


def expired_button(viewer: Viewer) -> Message:
    """Return that a button was made by another version, or was changed."""
    _ = gettext_for(viewer.language)
    then = _("Look up the call again: `%(command)s` with its id.") % {"command": COMMAND}
    return notice("❗", [_("This button no longer works."), then], viewer)


def notice(
    emoji: str, sentences: Sequence[str], viewer: Viewer, jobs: Sequence[str] = (), request_id: str = ""
) -> Message:
    """Return *sentences* after an emoji, the job ids they are about, and the request id in small print."""
    _ = gettext_for(viewer.language)
    pieces = [
        text_element(f"{emoji} "),
        *inline_code(join_sentences(list(sentences), viewer.language)),
    ]
    blocks: list[Block] = [rich_text(section(*pieces, *_listed(jobs)))]
    texts = [*(sentence.replace("`", "") for sentence in sentences)]
    if jobs:
        texts.append(_("Call %(job)s.") % {"job": _(", ").join(label(job) for job in jobs[:MAX_JOBS])})
    if request_id:
        small = _("Request ID: %(id)s") % {"id": label(request_id)}
        texts.append(small)
        blocks.append(context(plain(small)))
    return Message(cut_escaped(escape_mrkdwn(join_sentences(texts, viewer.language))), blocks)


def _example(viewer: Viewer, command: str) -> str:
    _ = gettext_for(viewer.language)
    return _("Try it like this: `%(example)s`.") % {"example": f"{command} {EXAMPLE}"}


def _listed(jobs: Sequence[str]) -> list[Piece]:
    return [
        piece for job in jobs[:MAX_JOBS] for piece in (text_element("\n"), text_element(label(job), "code"))
    ]
