"""Finds calls for a person at a terminal: `callevents find NUMBER`, `find agent NAME`, `find missed [GROUP]`."""

import argparse
import json
import time
from collections.abc import Callable, Mapping
from datetime import datetime
from functools import partial
from typing import TextIO

from callevents.alibabacloud.ccc.call_search import MAX_PAGE, MAX_PAGE_SIZE
from callevents.calls.masking import mask
from callevents.calls.sanitize import clean
from callevents.cli.lookup import (
    FAILED,
    LOOKUP_TIMEOUT_SECONDS,
    OK,
    WRONG_USAGE,
    contact_center,
    explain_failure,
    language,
    unknown_instance,
)
from callevents.cli.screen import Screen, screen_of
from callevents.clock import Deadline
from callevents.errors import CallEventsError
from callevents.report.formatting import zone
from callevents.report.found_calls import found_title, lines, nothing_found, shown
from callevents.report.viewer import Viewer
from callevents.search.calls import FoundCall, FoundCalls, masked, to_document
from callevents.search.command import NotSearchable, ParsedSearch, read_search
from callevents.search.finding import CallSource, find_calls
from callevents.search.query import MAX_DAYS, CallQuery, period_of
from callevents.settings.model import Settings

MAX_LIMIT = MAX_PAGE * MAX_PAGE_SIZE
_WRONG = {
    "number": "Give a number of 3 to 20 digits, then days if you want others than today.",
    "masked": "Digits of this number are hidden: only a whole number can be found.",
    "agent": "Give one agent's login name, then days if you want others than today.",
    "group": "Give one group's id or none, then days if you want others than today.",
    "words": "Whose own calls these are is known in Slack only: use `find agent NAME`.",
    "no_date": "The days cannot be read. They are: today, yesterday, 7d, this week, 2026-11-20, or two dates.",
    "future": "These days have not come yet.",
    "too_long": f"That is too long a time: {MAX_DAYS} days at most.",
}


def find(options: argparse.Namespace, environ: Mapping[str, str], out: TextIO, err: TextIO) -> int:
    """Print the calls that were found, the newest first; errors and progress go to *err*."""
    settings = Settings.from_environ(environ)
    try:
        settings.require_sound()
        now = time.time()
        sought = _read(options, settings, now)
        if isinstance(sought, str):
            err.write(f"{sought}\n")
            return WRONG_USAGE
        viewer = Viewer(language(settings, environ), settings.timezone, full_numbers=True)
        query = CallQuery(sought.kind, sought.value, period_of(sought.days, zone(settings.timezone), now))
        with contact_center(settings, environ) as center:
            found = fetch(query, sought.instance, _limit(options), center, partial(_progress, err))
    except CallEventsError as error:
        explain_failure(error, settings, err)
        return FAILED
    if not options.full_numbers:
        found = _masked(found)
    screen, masks = screen_of(out, environ), not options.full_numbers
    out.write(as_json(found) if options.json else as_text(found, viewer, screen, masks=masks))
    return OK


def fetch(
    query: CallQuery,
    instance: str,
    limit: int,
    source: CallSource,
    progress: Callable[[int, int | None], None],
) -> FoundCalls:
    """Find at most *limit* calls, page by page, each in a time of its own; raise a CallEventsError.

    Where another page follows, *progress* gets how many calls are there, and how many there will be if that is known.
    """
    pages: list[FoundCalls] = []
    calls: dict[str, FoundCall] = {}
    size = min(limit, MAX_PAGE_SIZE)
    for number in range(1, MAX_PAGE + 1):
        found = find_calls(
            query,
            instance_id=instance,
            source=source,
            deadline=Deadline.after(LOOKUP_TIMEOUT_SECONDS, time.monotonic),
            page=number,
            page_size=size,
            total=pages[0].total if pages else None,
        )
        # The form of the number that finds calls is that of the other pages too.
        query = found.query
        pages.append(found)
        known = len(calls)
        calls.update((call.job_id, call) for call in found.calls)
        # A page that only repeats calls is the last one, whatever the service says.
        ends = found.is_last or (bool(found.calls) and len(calls) == known)
        if ends or len(calls) >= limit:
            break
        total = pages[0].total
        progress(len(calls), None if total is None else min(limit, total))
    # A count that the pages belie is not believed; but of more pages than there may be, the rest is only out of reach.
    total = pages[0].total
    short = ends and (total is None or len(calls) < total)
    out_of_reach = short and len(pages) == MAX_PAGE and bool(found.calls)
    return pages[0]._replace(
        calls=tuple(calls.values())[:limit],
        total=total if out_of_reach or not short else None,
        names=tuple({agent: name for page in pages for agent, name in page.names}.items()),
        is_last=ends and not out_of_reach and len(calls) <= limit,
    )


def as_json(found: FoundCalls) -> str:
    """Return a JSON list in ASCII, so that nothing in it can control a terminal."""
    documents = [to_document(call, found.instance) for call in found.calls]
    return json.dumps(documents, indent=2, ensure_ascii=True) + "\n"


def as_text(found: FoundCalls, viewer: Viewer, screen: Screen, *, masks: bool) -> str:
    """Return the calls as lines; with *masks* what was sought is masked too."""
    named = viewer._replace(full_numbers=not masks)
    if not found.calls:
        sentences = (clean(line).replace("`", "") for line in nothing_found(found, named))
        return "\n".join(map(screen.fit, sentences)) + "\n"
    head = [found_title(found, named), shown(found, named)]
    rows = [
        *map(screen.fit, filter(None, head)),
        *(screen.fit(clean(line), 4) for line in lines(found, viewer)),
    ]
    return "\n".join(rows) + "\n"


def _read(options: argparse.Namespace, settings: Settings, now: float) -> ParsedSearch | str:
    """Return what is sought, or what is wrong with the words."""
    if options.instance is not None and settings.instance(options.instance) is None:
        return unknown_instance(options.instance, settings)
    default = settings.instance(options.instance)

    def instance(name: str | None) -> str | None:
        return default if name is None else settings.instance(name)

    text = " ".join(options.words)
    today = datetime.fromtimestamp(now, zone(settings.timezone)).date()
    sought = read_search(text, today, instance)
    if sought is None:
        sought = read_search(f"find {text}", today, instance)
    if isinstance(sought, ParsedSearch) and sought.kind != "mine":
        return sought
    if isinstance(sought, NotSearchable) and sought.problem == "instance":
        return unknown_instance(sought.name or "", settings)
    return _WRONG[sought.problem if isinstance(sought, NotSearchable) else "words"]


def _progress(err: TextIO, done: int, wanted: int | None) -> None:
    err.write(f"{done}{'' if wanted is None else f' of {wanted}'} calls …\n")
    err.flush()


def _limit(options: argparse.Namespace) -> int:
    return MAX_LIMIT if options.all else int(options.limit)


def _masked(found: FoundCalls) -> FoundCalls:
    return found._replace(
        calls=tuple(masked(call, found.instance) for call in found.calls),
        names=tuple((mask(agent, found.instance), mask(name)) for agent, name in found.names),
    )
