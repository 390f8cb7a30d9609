"""The verdict: was the call answered, by whom, who hung up and why, in sentences."""

from collections.abc import Callable
from typing import NamedTuple

from callevents.calls.model import CallSummary, Outcome
from callevents.i18n import N_, Language, gettext_for
from callevents.report.formatting import duration
from callevents.report.text import masked_label
from callevents.report.viewer import Viewer

_HEADLINES: dict[Outcome, tuple[str, str]] = {
    "answered": ("✅", N_("Answered")),
    "in_progress": ("⏳", N_("In progress: not answered so far")),
    "abandoned_in_ivr": ("❌", N_("Not answered: the caller gave up in the IVR")),
    "abandoned_in_queue": ("❌", N_("Not answered: the caller gave up in the queue")),
    "abandoned_while_ringing": ("❌", N_("Not answered: the caller gave up while the agent's phone rang")),
    "voicemail": ("📨", N_("Not answered: the caller left a voicemail")),
    "queue_timeout": ("❌", N_("Not answered: the wait in the queue reached its limit")),
    "queue_failed": ("❌", N_("Not answered: the queue could not serve the call")),
    "busy": ("❌", N_("Not answered: the line was busy")),
    "rejected": ("❌", N_("Not answered: the call was rejected")),
    "unreachable": ("❌", N_("Not answered: the number cannot be reached")),
    "no_answer": ("❌", N_("Not answered: nobody picked up")),
    "failed": ("❌", N_("Not answered: the call failed")),
    "ended_in_ivr": ("🤖", N_("Ended in the IVR: no agent was asked for")),
    "no_records": ("🔎", N_("No records found")),
    "unknown": ("❔", N_("Unclear: the records do not say whether the call was answered")),
}
_ENDED = {
    "agent": (N_("The agent hung up."), N_("The agent hung up: %(reason)s.")),
    "customer": (N_("The customer hung up."), N_("The customer hung up: %(reason)s.")),
    "system": (N_("The system ended the call."), N_("The system ended the call: %(reason)s.")),
}
_FAILURE = 300  # a SIP code from here on says that it did not work
_CAUSES = {  # RFC 3261, section 21
    200: N_("normal end"),
    403: N_("refused"),
    404: N_("no such number"),
    408: N_("request timeout"),
    480: N_("temporarily unavailable"),
    486: N_("busy"),
    487: N_("cancelled by the caller"),
    488: N_("no common codec"),
    500: N_("line trouble"),
    503: N_("line trouble"),
    600: N_("busy"),
    603: N_("declined"),
}


class Verdict(NamedTuple):
    """An emoji, its words, and the sentences that follow; foreign text in them is clean but not escaped."""

    emoji: str
    headline: str
    rest: tuple[str, ...]

    @property
    def title(self) -> str:
        """The emoji with its words."""
        return f"{self.emoji} {self.headline}"


def verdict(summary: CallSummary, viewer: Viewer, limit: int = 80) -> Verdict:
    """Return the verdict on one call; names and reasons are cut to *limit* characters."""
    _ = gettext_for(viewer.language)
    emoji, words = _HEADLINES.get(summary.outcome, _HEADLINES["unknown"])
    name = _who_answered(summary)
    agent = masked_label(name, viewer, limit, summary.instance_id) if name else ""
    headline = _(words)
    if summary.outcome == "answered" and agent:
        headline = _("Answered by %(agent)s") % {"agent": agent}
    elif summary.outcome == "in_progress" and summary.answered_at is not None:
        headline = (
            _("In progress: answered by %(agent)s") % {"agent": agent}
            if agent
            else _("In progress: answered")
        )
    return Verdict(emoji, headline, tuple(_sentences(summary, viewer, _, limit)))


def _who_answered(summary: CallSummary) -> str | None:
    """Return the agent who answered; of two agents only one whose phone rang, as the caller's may be connected last."""
    name = summary.answered_by
    if summary.direction != "internal":
        return name
    rang = (event.agent for event in summary.events if event.type in {"Ringing", "AgentRinging"})
    return name if name in rang else None


def cause(summary: CallSummary, viewer: Viewer, limit: int = 80) -> str | None:
    """Return why the call ended, in words with the code: `busy (486 Busy Here)`."""
    text = (
        masked_label(summary.release_text, viewer, limit, summary.instance_id) if summary.release_text else ""
    )
    if summary.release_code is None:
        return text or None
    code = f"{summary.release_code} {text}".rstrip()
    _ = gettext_for(viewer.language)
    known = _CAUSES.get(summary.release_code)
    return _("%(cause)s (%(code)s)") % {"cause": _(known), "code": code} if known else code


def join_sentences(sentences: tuple[str, ...] | list[str], language: Language) -> str:
    """Return sentences one after the other, as the language sets them."""
    return ("" if language == "zh-CN" else " ").join(sentences)


def _sentences(summary: CallSummary, viewer: Viewer, _: Callable[[str], str], limit: int) -> list[str]:
    said: list[str] = []
    language = viewer.language
    if summary.outcome == "no_records":
        return [_("An empty result does not prove that there was no such call.")]
    if summary.outcome == "answered" and summary.talk_seconds is not None:
        said.append(
            _("They talked for %(duration)s.") % {"duration": duration(summary.talk_seconds, language)}
        )
    elif summary.answered_at is None:
        if summary.queue_seconds is not None:
            said.append(
                _("Waited %(duration)s in the queue.")
                % {"duration": duration(summary.queue_seconds, language)}
            )
        if summary.ring_seconds is not None:
            said.append(_("Rang for %(duration)s.") % {"duration": duration(summary.ring_seconds, language)})
    return said + _hang_up(summary, viewer, _, limit)


def _hang_up(summary: CallSummary, viewer: Viewer, _: Callable[[str], str], limit: int) -> list[str]:
    """Say who hung up and why; of a call nobody answered only what the headline leaves open."""
    answered = summary.answered_at is not None or summary.outcome == "answered"
    failed = summary.release_code is not None and summary.release_code >= _FAILURE
    reason = cause(summary, viewer, limit) if answered or failed or summary.release_code is None else None
    gave_up = summary.outcome.startswith("abandoned") or (
        failed and not answered and summary.ended_by == "customer"
    )
    if summary.ended_by in _ENDED and not gave_up:
        bare, with_reason = _ENDED[summary.ended_by]
        return [_(with_reason) % {"reason": reason} if reason else _(bare)]
    if reason:
        return [_("Reason of the hang-up: %(reason)s.") % {"reason": reason}]
    return [_("The records do not say who hung up.")] if summary.outcome == "answered" else []
