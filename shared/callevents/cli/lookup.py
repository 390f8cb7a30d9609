"""Looks calls up for a person at a terminal: `callevents lookup JOB…`."""

import argparse
import json
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from typing import TYPE_CHECKING, TextIO
from urllib.parse import urlsplit

from callevents.calls.job_ids import JobIds, read_job_ids
from callevents.calls.json_document import to_document
from callevents.calls.masking import masked
from callevents.calls.model import CallSummary
from callevents.cli.screen import Screen, screen_of
from callevents.clock import Clocks, Deadline
from callevents.errors import (
    CallEventsError,
    CccRefused,
    CccTimedOut,
    CccUnavailable,
    CccWrongClock,
    CredentialsMissing,
    SettingsError,
)
from callevents.i18n import Language, language_of
from callevents.settings.model import Settings
from callevents.settings.variables import form_of
from callevents.transport.failure import NO_PROXY, failure_reason

if TYPE_CHECKING:
    from callevents.alibabacloud.ccc.contact_center import ContactCenter
    from callevents.lookup import SecondLookup

# A person at a terminal waits longer than Slack does.
LOOKUP_TIMEOUT_SECONDS = 30.0
OK, FAILED, WRONG_USAGE, NO_RECORDS = 0, 1, 2, 3
_KEY_ID, _KEY_SECRET = "ALIBABA_CLOUD_ACCESS_KEY_ID", "ALIBABA_CLOUD_ACCESS_KEY_SECRET"
_EXAMPLE = "job-468a63a2-0000-4000-8000-b1ecf726d4be"
_WHERE = "It stands with the call's record in the CCC workbench (call id), and in the name of its recording."
_DOCTOR = "`callevents doctor`"


def lookup(
    options: argparse.Namespace,
    environ: Mapping[str, str],
    source: TextIO | None,
    out: TextIO,
    err: TextIO,
) -> int:
    """Print the summaries of the calls; errors go to *err* as a sentence, a code and the request id."""
    jobs: list[str] = []
    for text in _texts(options.jobs, source):
        found = read_job_ids(text)
        if found.fragments or not found.whole:
            err.write(f"{_not_whole(text, found)} {_WHERE} Nothing was looked up.\n")
            return WRONG_USAGE
        jobs += found.whole
    settings = Settings.from_environ(environ)
    try:
        settings.require_sound()
        if options.instance is not None and settings.instance(options.instance) is None:
            err.write(f"{unknown_instance(options.instance, settings)}\n")
            return WRONG_USAGE
        summaries = fetch(list(dict.fromkeys(jobs)), options.instance, settings, environ)
    except CallEventsError as error:
        explain_failure(error, settings, err)
        return FAILED
    if not options.full_numbers:
        summaries = [masked(summary) for summary in summaries]
    screen = screen_of(out, environ)
    out.write(as_json(summaries) if options.json else as_text(summaries, settings, environ, screen))
    return NO_RECORDS if all(summary.outcome == "no_records" for summary in summaries) else OK


def _texts(arguments: Sequence[str], source: TextIO | None) -> Iterator[str]:
    """Yield what holds job ids: each argument, and in place of `-` all that *source* holds."""
    for text in arguments:
        if text != "-":
            yield text
        else:
            yield source.read() if source is not None else ""


def fetch(
    jobs: Sequence[str], instance: str | None, settings: Settings, environ: Mapping[str, str]
) -> list[CallSummary]:
    """Look *jobs* up in the real service; raises CallEventsError."""
    from callevents.lookup import look_up

    instance_id = settings.instance(instance)
    if instance_id is None:
        raise SettingsError(names="CCC_INSTANCE_ID", reason="not set")
    with contact_center(settings, environ) as center:
        deadline = Deadline.after(LOOKUP_TIMEOUT_SECONDS, time.monotonic)
        second = _second_lookup(center) if settings.detail_record else None
        return look_up(jobs, instance_id=instance_id, source=center, deadline=deadline, second=second)


@contextmanager
def contact_center(settings: Settings, environ: Mapping[str, str]) -> Iterator["ContactCenter"]:
    """Open the real service; raise CredentialsMissing."""
    from callevents.alibabacloud.clients import Clients, terminal_invocation

    clocks = Clocks(wall=time.time, monotonic=time.monotonic, sleep=time.sleep)
    invocation = terminal_invocation(environ, clocks)
    if invocation.credentials is None:
        raise CredentialsMissing
    with closing(Clients()) as clients:
        yield clients.contact_center(settings.ccc_endpoint, invocation)


def _second_lookup(center: "ContactCenter") -> "SecondLookup":
    """Return what looks up calls without records in the detail records of *center*."""

    def look_up(jobs: Sequence[str], instance: str, deadline: Deadline) -> Mapping[str, CallSummary]:
        from callevents.cache import TTLCache
        from callevents.detail_lookup import look_up_details

        refusals: TTLCache[bool] = TTLCache(LOOKUP_TIMEOUT_SECONDS)
        return look_up_details(jobs, instance, deadline, source=center, refusals=refusals)

    return look_up


def as_json(summaries: Sequence[CallSummary]) -> str:
    """Return a JSON list in ASCII, so that nothing in it can control a terminal."""
    return json.dumps([to_document(summary) for summary in summaries], indent=2, ensure_ascii=True) + "\n"


def as_text(
    summaries: Sequence[CallSummary], settings: Settings, environ: Mapping[str, str], screen: Screen
) -> str:
    """Return the calls one below the other, then each in a line, in the language that is set or the person's own."""
    from callevents.cli.terminal import render, render_overview

    chosen = language(settings, environ)
    calls = [render(summary, chosen, settings.timezone, screen) for summary in summaries]
    if len(summaries) > 1:
        calls.append(render_overview(summaries, chosen, settings.timezone, screen))
    return "\n".join(calls)


def language(settings: Settings, environ: Mapping[str, str]) -> Language:
    """Return the language that is set, or else the person's own."""
    names = ("LC_ALL", "LC_MESSAGES", "LANG")
    own = next(filter(None, map(environ.get, names)), "")
    return language_of(own if settings.language == "auto" else settings.language)


def explain_failure(error: CallEventsError, settings: Settings, err: TextIO) -> None:
    """Write to *err* what went wrong as a sentence, and the code with the request id."""
    err.write(f"{_explanation(error, settings)}\n")
    err.write(f"[{error}{f', request id {error.request_id}' if error.request_id else ''}]\n")


def _explanation(error: CallEventsError, settings: Settings) -> str:
    """Return what went wrong and what to do, in words for an administrator rather than for a user of the bot."""
    if isinstance(error, SettingsError):
        wrong = "".join(f"\n  {name}: it must be {form_of(name)}" for name in settings.wrong)
        return f"Not set, or not valid: {error.params['names']}. {_DOCTOR} names each problem.{wrong}"
    if isinstance(error, CredentialsMissing):
        return f"There is no access key. Set {_KEY_ID} and {_KEY_SECRET}, or run {_DOCTOR}."
    if isinstance(error, CccRefused) and not isinstance(error, CccWrongClock):
        return f"The contact center refused this access key. {_DOCTOR} says whether it is the key or its permissions."
    if isinstance(error, CccUnavailable | CccTimedOut) and not error.request_id:
        return (
            f"{urlsplit(settings.ccc_endpoint).netloc} cannot be reached: {failure_reason(error)}. "
            f"Check CCC_ENDPOINT and this machine's network and names. {NO_PROXY}"
        )
    return f"{error.sentence % error.params} {error.advice % error.params}"


def _not_whole(text: str, found: JobIds) -> str:
    """Return what is wrong with *text*: it has no id, or something that looks like one and is none."""
    if not found.fragments:
        return f"Not a job id: {json.dumps(text[:80])}. A job id looks like {_EXAMPLE}."
    first = found.fragments[0]
    piece = json.dumps(first.text)
    sentences = {
        "cut": f"{piece} is not a whole job id: it looks cut off. A whole id looks like {_EXAMPLE}.",
        "too_long": f"{piece} is not a job id: it is longer than one. A whole id looks like {_EXAMPLE}.",
        "no_hyphens": f"The hyphens are missing in {piece}: ask for {first.meant}.",
        "no_prefix": f"job- is missing before {piece}: ask for {first.meant}.",
    }
    return sentences[first.flaw]


def unknown_instance(name: str, settings: Settings) -> str:
    """Return that there is no instance called *name*, and which there are."""
    known = ", ".join(filter(None, [settings.ccc_instance_id, *settings.ccc_instances]))
    return f"There is no instance {json.dumps(name[:80])}. CCC_INSTANCE_ID and CCC_INSTANCES name: {known or 'none'}."
