"""Several calls at a glance: how many were answered, and each as one line."""

from collections.abc import Sequence

from callevents.calls.model import CallSummary
from callevents.i18n import gettext_for, ngettext_for
from callevents.report.formatting import site_time
from callevents.report.text import label
from callevents.report.verdict import title
from callevents.report.viewer import Viewer

_UNCLEAR = frozenset({"unknown", "in_progress"})


def outcome_counts(summaries: Sequence[CallSummary], viewer: Viewer) -> str:
    """Return how many calls there are and how many of them were answered: `3 calls: 2 answered, 1 not answered`."""
    _, ngettext = gettext_for(viewer.language), ngettext_for(viewer.language)
    answered = sum(summary.outcome == "answered" for summary in summaries)
    unclear = sum(summary.outcome in _UNCLEAR for summary in summaries)
    without = sum(summary.outcome == "no_records" for summary in summaries)
    missed = len(summaries) - answered - unclear - without
    counts = [
        (answered, ngettext("%(count)d answered", "%(count)d answered", answered)),
        (missed, ngettext("%(count)d not answered", "%(count)d not answered", missed)),
        (unclear, ngettext("%(count)d open or unclear", "%(count)d open or unclear", unclear)),
        (without, ngettext("%(count)d without records", "%(count)d without records", without)),
    ]
    calls = ngettext("%(count)d call", "%(count)d calls", len(summaries)) % {"count": len(summaries)}
    listed = _(", ").join(words % {"count": count} for count, words in counts if count)
    return _("%(calls)s: %(counts)s") % {"calls": calls, "counts": listed} if listed else calls


def overview(summaries: Sequence[CallSummary], viewer: Viewer, limit: int) -> list[str]:
    """Return each call as a line: its number, the verdict, when it started at the site, and its job id."""
    lines = []
    for number, summary in enumerate(summaries, 1):
        start = None if summary.started_at is None else site_time(summary.started_at, viewer)
        parts = [title(summary, viewer, limit), start or "", label(summary.job_id)]
        lines.append(f"{number:>{len(str(len(summaries)))}}  {' · '.join(filter(None, parts))}")
    return lines
