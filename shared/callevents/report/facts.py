"""The facts of one call as pairs of a label and a value; what is empty is left out."""

from collections.abc import Mapping, Sequence

from callevents.calls.model import CallSummary, Instant
from callevents.i18n import N_, gettext_for, ngettext_for
from callevents.report.formatting import duration, site_time, slack_date
from callevents.report.text import label, masked_label
from callevents.report.verdict import cause
from callevents.report.viewer import Viewer
from callevents.slack.blocks.block_kit import Piece, mrkdwn, plain

_DIRECTIONS = {
    "inbound": N_("Inbound"),
    "outbound": N_("Outbound"),
    "internal": N_("Internal"),
    "back2back": N_("Two-way call-back"),
    "predictive": N_("Predictive"),
    "conference": N_("Conference"),
}
_MEDIA = {"video": N_("video"), "chat": N_("chat"), "ticket": N_("ticket")}
PARTIES = {"agent": N_("Agent"), "customer": N_("Customer"), "system": N_("System")}
_KINDS = {"blind": N_("blind"), "attended": N_("attended")}
# On the supervisor's leg, but of the agent who is listened to.
_NAMES_THE_OTHER = frozenset({"StartMonitor", "StopMonitor"})
_NO_WORDS: Mapping[str | None, str] = {}


def facts(summary: CallSummary, viewer: Viewer, limit: int = 300) -> list[tuple[str, Piece]]:
    """Return the facts that are known, each value at most *limit* characters."""
    _ = gettext_for(viewer.language)

    def length(seconds: float | None) -> str | None:
        return None if seconds is None else duration(seconds, viewer.language)

    def texts(*pairs: tuple[str, str | None]) -> list[tuple[str, Piece]]:
        return [(label, plain(text)) for label, text in pairs if text]

    times = ((_("Start"), summary.started_at), (_("End"), summary.ended_at))
    return [
        *texts(
            (_("Direction"), direction(summary, viewer, limit)),
            (
                _("Caller"),
                summary.caller and masked_label(summary.caller, viewer, limit, summary.instance_id),
            ),
            (
                _("Callee"),
                summary.callee and masked_label(summary.callee, viewer, limit, summary.instance_id),
            ),
        ),
        *(
            (label, piece)
            for label, at in times
            if at is not None and (piece := when(at, viewer)) is not None
        ),
        *texts(
            (_("Queue"), length(summary.queue_seconds)),
            (_("Ring"), length(summary.ring_seconds)),
            (_("Talk"), length(summary.talk_seconds)),
            (_("Hold"), length(summary.hold_seconds) if summary.hold_seconds else None),
            (
                _("Hung up by") if summary.ended_by in PARTIES else _("Hang-up reason"),
                hung_up_by(summary, viewer, limit),
            ),
            (_("Agents"), _agents(summary, viewer, limit)),
            (_("Skill groups"), _names(summary.skill_groups, summary, viewer, limit)),
            (_("Transfers"), _transfers(summary, viewer, limit)),
            (_("Recordings"), _names(summary.recordings, summary, viewer, limit)),
            (_("Instance"), summary.instance_id and label(summary.instance_id)),
        ),
    ]


def direction(summary: CallSummary, viewer: Viewer, limit: int) -> str:
    """Return the direction in words, with the medium unless it is the usual one."""
    _ = gettext_for(viewer.language)
    known = _DIRECTIONS.get(summary.direction or "")
    words = (
        _(known) if known else masked_label(summary.direction or "", viewer, limit // 2, summary.instance_id)
    )
    if summary.media and summary.media != "audio":
        medium = _MEDIA.get(summary.media)
        media = _(medium) if medium else masked_label(summary.media, viewer, limit // 2, summary.instance_id)
        return f"{words} ({media})" if words else media
    return words


def hung_up_by(summary: CallSummary, viewer: Viewer, limit: int = 80) -> str | None:
    """Return the side that ended the call and why, as far as known."""
    _ = gettext_for(viewer.language)
    party = PARTIES.get(summary.ended_by or "")
    reason = cause(summary, viewer, limit)
    return " · ".join(part for part in (_(party) if party else None, reason) if part) or None


def when(at: Instant, viewer: Viewer) -> Piece | None:
    """Return a moment in the site's zone and, where it may be another, in the viewer's own."""
    site = site_time(at, viewer)
    if site is None:
        return None
    if viewer.own_zone == viewer.site_zone:
        return mrkdwn(slack_date(at, site))
    _ = gettext_for(viewer.language)
    own = _("your time: %(time)s") % {"time": slack_date(at, site)}
    return mrkdwn(f"{site}\n{own}")


def _agents(summary: CallSummary, viewer: Viewer, limit: int) -> str:
    """Return the agents' names; who was on the call as a supervisor only is called one."""
    told = [event for event in summary.events if event.type not in _NAMES_THE_OTHER]
    supervisors = {event.agent for event in told if event.leg == "supervisor"}
    if supervisors:
        supervisors -= {event.agent for event in told if event.leg == "agent"}
    _ = gettext_for(viewer.language)
    words = dict.fromkeys(supervisors, _("%(agent)s (supervisor)"))
    return _names(summary.agents, summary, viewer, limit, words)


def _names(
    names: Sequence[str],
    summary: CallSummary,
    viewer: Viewer,
    limit: int,
    words: Mapping[str | None, str] = _NO_WORDS,
) -> str:
    """Return foreign *names* with commas in about *limit* characters, and how many more there are.

    *words* are put around the names that have some.
    """
    row: list[str] = []
    length = 0
    for name in names:
        part = masked_label(name, viewer, max(8, limit // 3), summary.instance_id)
        part = words.get(name, "%(agent)s") % {"agent": part}
        length += len(part) + 2
        if row and length > limit:
            break
        row.append(part)
    return _with_rest(row, len(names), viewer)


def _transfers(summary: CallSummary, viewer: Viewer, limit: int) -> str:
    _ = gettext_for(viewer.language)
    rows: list[str] = []
    for transfer in summary.transfers[: max(1, limit // 60)]:
        from_, to = (
            masked_label(side, viewer, max(8, limit // 6), summary.instance_id) if side else "?"
            for side in (transfer.from_, transfer.to)
        )
        rows.append(f"{_(_KINDS[transfer.kind])}: {from_} → {to}")
    return _with_rest(rows, len(summary.transfers), viewer)


def _with_rest(row: Sequence[str], count: int, viewer: Viewer) -> str:
    said = ", ".join(row)
    more = count - len(row)
    if more <= 0:
        return said
    ngettext = ngettext_for(viewer.language)
    words = ngettext("… %(count)d more", "… %(count)d more", more)
    return f"{said} {words % {'count': more}}"
