"""The card of an alert: what the alert says, and the verdict on each call it names.

All text of an alert is foreign: it is cleaned, masked, and put only where Slack parses nothing.
"""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, NamedTuple

from callevents.calls.model import SECOND, CallSummary
from callevents.errors import CallEventsError
from callevents.i18n import N_, gettext_for
from callevents.report.formatting import duration, site_time, slack_date
from callevents.report.text import cut_escaped, escape_mrkdwn, join_sentences, label, masked_label
from callevents.report.verdict import verdict
from callevents.report.viewer import Viewer
from callevents.slack.alert_cards.names import action_words, alert_title, sender_name, unnamed_jobs
from callevents.slack.alert_cards.sections import failed_calls, left_out_calls, resolved_calls
from callevents.slack.blocks.block_kit import (
    MAX_BLOCKS_CHARS,
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
from callevents.slack.messages.call_table import several_calls
from callevents.slack.messages.errors import reason
from callevents.slack.messages.single_call import one_call
from callevents.slack.requests.action_value import REFRESH, encode, is_encodable
from callevents.slack.requests.command_text import MAX_JOBS

if TYPE_CHECKING:
    from callevents.tasks.envelope import AlertEnvelope

_STATES = {
    "firing": ("🔥", N_("Firing")),
    "resolved": ("✅", N_("Resolved")),
    "mixed": ("🔥", N_("Firing in part, resolved in part")),
    "event": ("🔔", N_("Event")),
}
# The block ids of what the alert says: a refresh of its calls keeps these blocks.
ALERT_BLOCK = "alert_"
HEAD_BLOCK = "alert_head"
ON_CARDS = Buttons(share=False)  # everybody reads a card already


class Card(NamedTuple):
    """A message for the channel, and the details of each of several calls for its thread."""

    parent: Message
    thread: tuple[Message, ...] = ()


def card(
    alert: "AlertEnvelope",
    summaries: Sequence[CallSummary],
    viewer: Viewer,
    *,
    failures: Mapping[str, CallEventsError] | None = None,
    offers: Buttons = ON_CARDS,
) -> Card:
    """Return the card of *alert* with the verdict on each of *summaries*, and the errors by job id."""
    failed = failures or {}
    top, head_text = head(alert, viewer)
    texts = [head_text]
    if summaries:
        texts.append(sentences(summaries, viewer))
    texts += [_failure_text(job, error, viewer) for job, error in list(failed.items())[:MAX_JOBS]]
    foot = buttons(summaries, list(failed), alert.instance, viewer, offers)
    # Where the card is too long, it lists fewer ids, then has fewer buttons.
    for max_listed, rows in ((MAX_JOBS, foot), (3, foot), (3, foot[-1:]), (1, [])):
        tail = [*failed_calls(failed, viewer, max_listed), *_sections(alert, viewer, max_listed)]
        max_chars = MAX_BLOCKS_CHARS - json_length([*top, *tail, *rows])
        blocks = [*top, *_calls(summaries, viewer, max_chars), *tail, *rows]
        if json_length(blocks) <= MAX_BLOCKS_CHARS:
            break
    parent = Message(cut_escaped("\n".join(texts)), blocks)
    if len(summaries) == 1:
        return Card(parent)
    return Card(parent, tuple(answer([each], viewer, buttons=offers) for each in summaries[:MAX_JOBS]))


def buttons(
    summaries: Sequence[CallSummary], failed: Sequence[str], instance: str, viewer: Viewer, offers: Buttons
) -> list[Block]:
    """Return the rows of buttons of a card.

    Where every lookup failed, one button looks everything up again. Nothing where no button can carry the calls.
    """
    if summaries:
        return footer(summaries[:MAX_JOBS], viewer, offers)
    jobs = failed[:MAX_JOBS]
    if not jobs or not is_encodable(jobs, instance):
        return []
    _ = gettext_for(viewer.language)
    value = encode(REFRESH, jobs, instance)
    return [actions([button(REFRESH, _("Refresh"), value, label=_("Look this up again"), primary=True)])]


def _calls(summaries: Sequence[CallSummary], viewer: Viewer, max_chars: int) -> list[Block]:
    if len(summaries) == 1:
        return one_call(summaries[0], verdict(summaries[0], viewer), viewer, max_chars)
    return several_calls(summaries, viewer, max_chars) if summaries else []


def resolved(alert: "AlertEnvelope", viewer: Viewer) -> Message:
    """Return one line: that the alert is resolved, after how long, and the calls it named beside its title."""
    words = resolution(alert, viewer)
    jobs = unnamed_jobs(alert, words)[:MAX_JOBS]
    ids = [piece for job in jobs for piece in (text_element("\n"), text_element(label(job), "code"))]
    text = escape_mrkdwn(join_sentences([words, *map(label, jobs)], "en"))
    return Message(cut_escaped(text), [rich_text(section(text_element(f"✅ {words}"), *ids))])


def resolution(alert: "AlertEnvelope", viewer: Viewer) -> str:
    """Return that the alert is resolved and, if known, after how long; its foreign text is cleaned."""
    _ = gettext_for(viewer.language)
    title = alert_title(alert, viewer)
    after = None if alert.started_at is None else alert.received_at - alert.started_at
    words = _("Resolved: %(title)s") % {"title": title}
    if after is not None and after >= 0:
        length = duration(after, viewer.language)
        words = _("Resolved after %(duration)s: %(title)s") % {"duration": length, "title": title}
    return words


def head(alert: "AlertEnvelope", viewer: Viewer) -> tuple[list[Block], str]:
    """Return the alert's title, state and details: two blocks, and the same as top-level text."""
    _ = gettext_for(viewer.language)
    emoji, state = _STATES[alert.state]
    title = alert_title(alert, viewer)
    words = _("%(state)s: %(title)s") % {"state": _(state), "title": title}
    details: list[Piece] = [plain(_("From %(sender)s") % {"sender": sender_name(alert.sender, viewer)})]
    if alert.action:
        details.append(plain(action_words(alert.action, viewer)))
    if alert.severity:
        details.append(
            plain(_("Severity: %(severity)s") % {"severity": masked_label(alert.severity, viewer, 60)})
        )
    if alert.started_at is not None:
        at = int(alert.started_at) * SECOND
        site = site_time(at, viewer)
        if site is not None:
            details.append(mrkdwn(_("Since %(time)s") % {"time": slack_date(at, site)}))
    blocks = [header(f"{emoji} {words}"), context(*details)]
    return _with_ids(blocks, HEAD_BLOCK, f"{ALERT_BLOCK}about"), escape_mrkdwn(words)


def _with_ids(blocks: Sequence[Block], *block_ids: str) -> list[Block]:
    return [{**block, "block_id": name} for block, name in zip(blocks, block_ids, strict=True)]


def _sections(alert: "AlertEnvelope", viewer: Viewer, max_listed: int) -> list[Block]:
    blocks = [*resolved_calls(alert, viewer, max_listed), *left_out_calls(alert, viewer, max_listed)]
    return _with_ids(blocks, *(f"{ALERT_BLOCK}rest_{number}" for number, _block in enumerate(blocks)))


def _failure_text(job: str, error: CallEventsError, viewer: Viewer) -> str:
    _ = gettext_for(viewer.language)
    words = _("Call %(job)s: %(verdict)s.")
    return escape_mrkdwn(words % {"job": label(job), "verdict": reason(error, viewer).rstrip(".。")})
