"""The command line: `callevents lookup JOB…`, `callevents find …` and `callevents doctor`."""

import argparse
import io
import os
import re
import sys
from collections.abc import Sequence

FAILED = 1
MAX_CALLS = 10_000  # of one search
INTERRUPTED = 130  # what a shell reports for a program that Ctrl-C ended


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line and return its exit status: 0 success, 1 failure, 2 wrong usage."""
    options = parser().parse_args(arguments)
    if sys.stderr is None:  # Python's sign that it is closed
        sys.stderr = io.StringIO()
    if sys.stdout is None:
        sys.stderr.write("The answer cannot be written: standard output is closed.\n")
        return FAILED
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="backslashreplace")  # for a terminal with ASCII only
    try:
        status = _run(options)
        sys.stdout.flush()
    except KeyboardInterrupt:
        return INTERRUPTED
    except OSError as error:
        # Python flushes standard output once more when it ends: what is left in it must go nowhere.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        if not isinstance(error, BrokenPipeError):  # the reader has read enough: not a failure to report
            sys.stderr.write(f"The answer cannot be written: {error.strerror}.\n")
        return FAILED
    return status


def _run(options: argparse.Namespace) -> int:
    if options.command == "doctor":
        from callevents.doctor.runner import run

        return run(os.environ, sys.stdout)
    if options.command == "find":
        from callevents.cli.find import find

        return find(options, os.environ, sys.stdout, sys.stderr)
    from callevents.cli.lookup import lookup

    return lookup(options, os.environ, sys.stdout, sys.stderr)


def parser() -> argparse.ArgumentParser:
    """Return the parser of the command line."""
    top = argparse.ArgumentParser(
        prog="callevents", description="What happened on a call in Alibaba Cloud CCC."
    )
    commands = top.add_subparsers(dest="command", required=True)
    look = commands.add_parser("lookup", help="show the facts and the timeline of calls")
    look.add_argument("jobs", nargs="+", metavar="JOB", help="a job id (job-…), or text that contains one")
    look.add_argument("--json", action="store_true", help="print a JSON list with one object per call")
    look.add_argument("--full-numbers", action="store_true", help="do not mask numbers")
    look.add_argument(
        "--instance", metavar="NAME", help="an instance of CCC_INSTANCES instead of CCC_INSTANCE_ID"
    )
    find = commands.add_parser(
        "find",
        help="find calls by number, by agent, or those that were missed",
        description=(
            "find NUMBER [DAYS], find agent NAME [DAYS], find missed [GROUP] [DAYS]. DAYS: today (default), yesterday,"
            " 7d, a date, two dates; in the zone of CALLEVENTS_TIMEZONE. The newest come first."
        ),
        epilog="Exit status: 0 searched, even if nothing was found; 1 failed; 2 wrong usage.",
    )
    find.add_argument("words", nargs="+", metavar="WORD", help="what to find, and on which days")
    find.add_argument("--json", action="store_true", help="print a JSON list with one object per call")
    find.add_argument("--full-numbers", action="store_true", help="do not mask numbers")
    amount = find.add_mutually_exclusive_group()
    amount.add_argument("--limit", type=_limit, default=20, metavar="N", help="at most N calls (default: 20)")
    amount.add_argument("--all", action="store_true", help="all calls: 10,000 at most, as CCC has it")
    find.add_argument(
        "--instance", metavar="NAME", help="an instance of CCC_INSTANCES instead of CCC_INSTANCE_ID"
    )
    commands.add_parser("doctor", help="check the settings against the real services")
    return top


def _limit(text: str) -> int:
    """Parse how many calls to print; raise ArgumentTypeError for what is no such number."""
    if not re.fullmatch("[1-9][0-9]{0,4}", text, re.ASCII) or int(text) > MAX_CALLS:
        message = f"not a number from 1 to {MAX_CALLS}"
        raise argparse.ArgumentTypeError(message)
    return int(text)
