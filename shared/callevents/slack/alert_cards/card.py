"""The card of an alert: what the alert says, and what happened on the calls it names.

Everything an alert says is foreign text: clean, masked, and only where Slack parses nothing.
"""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, NamedTuple

from callevents.calls.model import CallSummary
from callevents.errors import CallEventsError
from callevents.i18n import N_, gettext_for
from callevents.report.formatting import SECOND, duration, site_time, slack_date
from callevents.report.text import cut_escaped, escape_mrkdwn, label, masked_label
from callevents.report.verdict import join_sentences, verdict
from callevents.report.viewer import Viewer
from callevents.slack.alert_cards.sections import failed_calls, left_out_calls, resolved_calls
from callevents.slack.blocks.block_kit import (
    BLOCKS_LIMIT,
    Block,
    Message,
    Piece,
    actions,
    button,
    context,
    header,
    json_length,
    mrkdwn,
    plain,
    rich_text,
    section,
    text_element,
)
from callevents.slack.blocks.buttons import Buttons, footer
from callevents.slack.messages.answer import answer, sentences
from callevents.slack.messages.errors import reason
from callevents.slack.messages.several import MOST_CALLS, several_calls
from callevents.slack.messages.single_call import one_call
from callevents.slack.requests.action_value import REFRESH, encode, is_encodable

if TYPE_CHECKING:
    from callevents.tasks.envelope import AlertEnvelope

_STATES = {
    "firing": ("🔥", N_("Firing")),
    "resolved": ("✅", N_("Resolved")),
    "mixed": ("🔥", N_("Firing in part, resolved in part")),
    "event": ("🔔", N_("Event")),
}
# The blocks that tell of the alert, not of its calls: they stay when the calls are looked up again.
ALERT_BLOCK = "alert_"
HEAD_BLOCK = "alert_head"
_TITLE_LIMIT = 110


class Card(NamedTuple):
    """What goes to the channel, and what goes into its thread: the details of each call, where there are several."""

    parent: Message
    thread: tuple[Message, ...] = ()


def card(
    alert: "AlertEnvelope",
    summaries: Sequence[CallSummary],
    viewer: Viewer,
    *,
    failures: Mapping[str, CallEventsError] | None = None,
    command: str = "/callevents",
) -> Card:
    """Return the card of *alert*: the verdict on each of *summaries*, and what went wrong, by job id."""
    failed = failures or {}
    top, head_text = head(alert, viewer)
    texts = [head_text]
    if summaries:
        texts.append(sentences(summaries, viewer))
    texts += [_failure_text(job, error, viewer) for job, error in list(failed.items())[:MOST_CALLS]]
    foot = buttons(summaries, list(failed), alert.instance, viewer)
    # How many ids are listed beside the calls, and which buttons there are.
    for most, rows in ((MOST_CALLS, foot), (3, foot), (3, foot[-1:]), (1, [])):
        tail = [*failed_calls(failed, viewer, most), *_rest(alert, viewer, command, most)]
        room = BLOCKS_LIMIT - json_length([*top, *tail, *rows])
        blocks = [*top, *_calls(summaries, viewer, room), *tail, *rows]
        if json_length(blocks) <= BLOCKS_LIMIT:
            break
    parent = Message(cut_escaped("\n".join(texts)), blocks)
    if len(summaries) == 1:
        return Card(parent)
    return Card(
        parent, tuple(answer([each], viewer, buttons=Buttons(share=False)) for each in summaries[:MOST_CALLS])
    )


def buttons(
    summaries: Sequence[CallSummary], failed: Sequence[str], instance: str, viewer: Viewer
) -> list[Block]:
    """Return the rows of a card: as on a command's answer but for Share, which makes no sense in a channel.

    Where nothing was found out, the one button looks everything up again. No row for what no button can carry.
    """
    if summaries:
        return footer(summaries[:MOST_CALLS], viewer, Buttons(share=False))
    jobs = failed[:MOST_CALLS]
    if not jobs or not is_encodable(jobs, instance):
        return []
    _ = gettext_for(viewer.language)
    value = encode(REFRESH, jobs, instance)
    return [actions([button(REFRESH, _("Refresh"), value, label=_("Look this up again"), primary=True)])]


def _calls(summaries: Sequence[CallSummary], viewer: Viewer, room: int) -> list[Block]:
    if len(summaries) == 1:
        return one_call(summaries[0], verdict(summaries[0], viewer), viewer, room)
    return several_calls(summaries, viewer, room) if summaries else []


def resolved(alert: "AlertEnvelope", viewer: Viewer) -> Message:
    """Return one line that says that the alert is resolved, after how long, and the calls it named."""
    words = resolution(alert, viewer)
    jobs = [*dict.fromkeys([*alert.resolved_jobs, *alert.jobs])][:MOST_CALLS]
    ids = [piece for job in jobs for piece in (text_element("\n"), text_element(label(job), "code"))]
    text = escape_mrkdwn(join_sentences([words, *map(label, jobs)], "en"))
    return Message(cut_escaped(text), [rich_text(section(text_element(f"✅ {words}"), *ids))])


def resolution(alert: "AlertEnvelope", viewer: Viewer) -> str:
    """Return that the alert is resolved and, where that is known, after how long; foreign text, cleaned."""
    _ = gettext_for(viewer.language)
    title = masked_label(alert.title, viewer, _TITLE_LIMIT)
    after = None if alert.started_at is None else alert.received_at - alert.started_at
    words = _("Resolved: %(title)s") % {"title": title}
    if after is not None and after >= 0:
        took = duration(after, viewer.language)
        words = _("Resolved after %(duration)s: %(title)s") % {"duration": took, "title": title}
    return words


def head(alert: "AlertEnvelope", viewer: Viewer) -> tuple[list[Block], str]:
    """Return what the alert says of itself: two blocks, and the same as top-level text."""
    _ = gettext_for(viewer.language)
    emoji, state = _STATES[alert.state]
    title = masked_label(alert.title, viewer, _TITLE_LIMIT) or _("Alert")
    words = _("%(state)s: %(title)s") % {"state": _(state), "title": title}
    small: list[Piece] = [plain(_("From %(sender)s") % {"sender": label(alert.sender, 60)})]
    if alert.action:
        small.append(plain(masked_label(alert.action, viewer, 60)))
    if alert.severity:
        small.append(
            plain(_("Severity: %(severity)s") % {"severity": masked_label(alert.severity, viewer, 60)})
        )
    if alert.started_at is not None:
        at = int(alert.started_at) * SECOND
        site = site_time(at, viewer)
        if site is not None:
            small.append(mrkdwn(_("Since %(time)s") % {"time": slack_date(at, site)}))
    blocks = [header(f"{emoji} {words}"), context(*small)]
    return _marked(blocks, HEAD_BLOCK, f"{ALERT_BLOCK}about"), escape_mrkdwn(words)


def _marked(blocks: Sequence[Block], *names: str) -> list[Block]:
    return [{**block, "block_id": name} for block, name in zip(blocks, names, strict=True)]


def _rest(alert: "AlertEnvelope", viewer: Viewer, command: str, most: int) -> list[Block]:
    blocks = [*resolved_calls(alert, viewer, most), *left_out_calls(alert, viewer, command, most)]
    return _marked(blocks, *(f"{ALERT_BLOCK}rest_{number}" for number, _block in enumerate(blocks)))


def _failure_text(job: str, error: CallEventsError, viewer: Viewer) -> str:
    _ = gettext_for(viewer.language)
    words = _("Call %(job)s: %(verdict)s.")
    return escape_mrkdwn(words % {"job": label(job), "verdict": reason(error, viewer).rstrip(".。")})
