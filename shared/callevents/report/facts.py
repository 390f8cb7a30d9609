"""The facts of one call beside its verdict and journey, in as little room as they need, without what is not known."""

from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from callevents.calls.model import CallSummary, Instant, Transfer
from callevents.i18n import N_, gettext_for, ngettext_for
from callevents.report.formatting import duration, is_lasting, span
from callevents.report.people import (
    OUTSIDE,
    agent_name,
    held_in_talk,
    is_passed_outside,
    number_or_words,
    transfer_agents,
    with_name,
)
from callevents.report.text import label, masked_label
from callevents.report.viewer import Viewer

_DIRECTIONS = {
    "inbound": N_("Inbound"),
    "outbound": N_("Outbound"),
    "internal": N_("Internal"),
    "back2back": N_("Back-to-back call"),
    "predictive": N_("Predictive"),
    "conference": N_("Conference"),
    "privacy_dial": N_("Privacy call"),
}
_MEDIA = {"video": N_("video"), "chat": N_("chat"), "ticket": N_("ticket")}
_TRANSFERS = {
    "blind": N_("Blind transfer: %(from)s → %(to)s"),
    "attended": N_("Attended transfer: %(from)s → %(to)s"),
}


class Facts(NamedTuple):
    """What a reader wants beside the verdict: one line on the call, one on what else is known.

    `call` is what it was, between whom, when at the site, in which groups; `others` each hold a label and a value.
    `started_at` is there where a reader in another zone wants the time of their own.
    """

    call: tuple[str, ...]
    others: tuple[str, ...]
    started_at: Instant | None


def facts(summary: CallSummary, viewer: Viewer, limit: int = 300) -> Facts:
    """Return the facts that are known, each of at most about *limit* characters."""
    when = span(summary.started_at, summary.ended_at, viewer)
    width = max(8, limit // 3)
    groups = (
        with_name(
            masked_label(_group(group, summary), viewer, width, summary.instance_id),
            group,
            summary,
            viewer,
            width,
        )
        for group in summary.skill_groups
    )
    call = (
        direction(summary, viewer, limit),
        parties(summary, viewer, limit),
        when or "",
        _list(groups, len(summary.skill_groups), viewer, limit),
    )
    own = viewer.own_zone != viewer.site_zone and summary.started_at is not None and when is not None
    return Facts(
        tuple(filter(None, call)),
        tuple(_others(summary, viewer, limit)),
        summary.started_at if own else None,
    )


def direction_words(name: str | None, viewer: Viewer, limit: int) -> str:
    """Return the direction called *name* in words, an unknown one as it is called."""
    known = _DIRECTIONS.get(name or "")
    return gettext_for(viewer.language)(known) if known else masked_label(name or "", viewer, limit)


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
        return _("%(direction)s (%(media)s)") % {"direction": words, "media": media} if words else media
    return words


def parties(summary: CallSummary, viewer: Viewer, limit: int) -> str:
    """Return caller and callee as `138******01 → 057******81`; "" where neither is known."""
    if not (summary.caller or summary.callee):
        return ""
    width = max(8, limit // 2)
    sides = (summary.caller, summary.callee)
    return " → ".join([number_or_words(side, summary, viewer, width) if side else "?" for side in sides])


def _group(group: str, summary: CallSummary) -> str:
    return group.removesuffix(f"@{summary.instance_id}") or group


def _held_by_verdict(summary: CallSummary) -> float:
    """Return how much of the time on hold the verdict names, so that it need not stand here too."""
    names_hold = summary.outcome == "answered" and summary.talk_seconds is not None
    return held_in_talk(summary) if names_hold else 0.0


def _others(summary: CallSummary, viewer: Viewer, limit: int) -> list[str]:
    _ = gettext_for(viewer.language)
    width, most = max(8, limit // 3), max(1, limit // 60)
    others = [_transfer(summary, transfer, viewer, limit) for transfer in summary.transfers[:most]]
    if len(summary.transfers) > most:
        others.append(_more(len(summary.transfers) - most, viewer))
    held = summary.hold_seconds
    if is_lasting(held) and is_lasting(abs(held - _held_by_verdict(summary))):
        others.append(_("On hold for %(duration)s in all") % {"duration": duration(held, viewer.language)})
    agents = [masked_label(name, viewer, width, summary.instance_id) for name in summary.agents]
    recordings = [masked_label(name, viewer, width, summary.instance_id) for name in summary.recordings]
    supervisors = _supervisors(summary, viewer, width)
    for words, names, count in (
        (N_("Supervisor: %(names)s"), supervisors, len(supervisors)),
        (N_("Agents: %(names)s"), _agents(agents, summary, viewer, width), len(agents)),
        (N_("Recording: %(names)s"), recordings, len(recordings)),
    ):
        if count:
            others.append(_(words) % {"names": _list(names, count, viewer, limit)})
    if summary.second_source.recorded and not recordings:
        others.append(_("There is a recording"))
    # An agent's whole id ends with the instance.
    own = f"@{summary.instance_id}"
    if summary.instance_id and not any(name.endswith(own) for name in agents):
        others.append(_("Instance %(instance)s") % {"instance": label(summary.instance_id)})
    return others


def _agents(shown: Sequence[str], summary: CallSummary, viewer: Viewer, width: int) -> Iterator[str]:
    """Yield the agents as they are *shown*, with their own names behind them where these are known."""
    for name, agent in zip(shown, summary.agents, strict=True):
        yield with_name(name, agent, summary, viewer, width)


def _transfer(summary: CallSummary, transfer: Transfer, viewer: Viewer, limit: int) -> str:
    """Return one transfer with the agents who were on the line, where they are known, in place of their extensions."""
    width = max(8, limit // 6)

    def side(value: str | None, agent: str | None) -> str:
        if agent:
            return agent_name(agent, summary, viewer, width)
        return masked_label(value, viewer, width, summary.instance_id) if value else ""

    _ = gettext_for(viewer.language)
    before, after = transfer_agents(summary, transfer.at)
    to = side(transfer.to, after) or (_(OUTSIDE) if is_passed_outside(summary, transfer.at) else "?")
    return _(_TRANSFERS[transfer.kind]) % {"from": side(transfer.from_, before) or "?", "to": to}


def _supervisors(summary: CallSummary, viewer: Viewer, width: int) -> list[str]:
    names = dict.fromkeys([leg.agent for leg in summary.legs if leg.side == "supervisor"])
    return [agent_name(name, summary, viewer, width) for name in names if name]


def _list(names: Iterable[str], count: int, viewer: Viewer, limit: int) -> str:
    """Return *names*, of which there are *count*, in about *limit* characters, and how many more there are."""
    row: list[str] = []
    length = 0
    for name in names:
        length += len(name) + 2
        if row and length > limit:
            break
        row.append(name)
    text = gettext_for(viewer.language)(N_(", ")).join(row)
    more = count - len(row)
    return f"{text} {_more(more, viewer)}" if more > 0 else text


def _more(count: int, viewer: Viewer) -> str:
    ngettext = ngettext_for(viewer.language)
    return ngettext("… %(count)d more", "… %(count)d more", count) % {"count": count}
