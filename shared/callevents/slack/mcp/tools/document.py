"""The document of a tool: calls as the command line prints them as JSON, masked, and short enough for a model."""

from collections.abc import Sequence

from callevents.calls.json_document import to_document
from callevents.calls.masking import masked
from callevents.calls.model import CallSummary
from callevents.search.calls import FoundCalls
from callevents.search.calls import masked as masked_found_call
from callevents.search.calls import to_document as found_call_document
from callevents.slack.mcp.tools.untrusted import NOTICE, harmless

MAX_EVENTS = 300  # of all calls together
MIN_EVENTS = 30  # of one call
MAX_ITEMS = 50  # of any other list


def calls_document(summaries: Sequence[CallSummary]) -> dict[str, object]:
    """Return *summaries* masked and as data; of a long list both ends stay, and `left_out` counts the rest."""
    most = max(MIN_EVENTS, MAX_EVENTS // max(1, len(summaries)))
    calls, left_out = [], 0
    for summary in summaries:
        document: dict[str, object] = {}
        for name, value in to_document(masked(summary)).items():
            kept = _shortened(name, value, most) if isinstance(value, list) else value
            left_out += len(value) - len(kept) if isinstance(value, list) and isinstance(kept, list) else 0
            document[name] = harmless(kept)
        calls.append(document)
    return {"notice": NOTICE, "calls": calls, "left_out": left_out}


def found_document(found: FoundCalls) -> dict[str, object]:
    """Return the calls that were found, masked and as data; `more` says that there are older ones."""
    calls = [
        harmless(found_call_document(masked_found_call(call, found.instance), found.instance))
        for call in found.calls
    ]
    return {"notice": NOTICE, "calls": calls, "total": found.total, "more": not found.is_last}


def _shortened(name: str, items: list[object], most_events: int) -> list[object]:
    """Return what stays of the list *name*: both ends of one that is too long, the first of the (numbered) agents."""
    if name == "agents":
        return items[:MAX_ITEMS]
    most = most_events if name == "events" else MAX_ITEMS
    return items if len(items) <= most else [*items[: most // 2], *items[-(most - most // 2) :]]
