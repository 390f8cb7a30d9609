"""The command line: `callevents lookup JOB…`, `callevents find …` and `callevents doctor`."""

import argparse
import io
import os
import re
import sys
from collections.abc import Callable, Sequence

FAILED = 1
MAX_CALLS = 10_000  # of one search
INTERRUPTED = 130  # what a shell reports for a program that Ctrl-C ended

_EPILOG = """\
Variables (functions/README.md has them all):
  CCC_INSTANCE_ID                  the instance to ask; CCC_INSTANCES: further ones, alias=instance,…
  ALIBABA_CLOUD_ACCESS_KEY_ID, ALIBABA_CLOUD_ACCESS_KEY_SECRET, ALIBABA_CLOUD_SECURITY_TOKEN
                                   a key that may call ccc:ListNotificationRecords; ccc:GetCallDetailRecord for
                                   calls without records; ccc:ListCallDetailRecordsV2 to find calls
  CCC_ENDPOINT                     https://ccc.cn-shanghai.aliyuncs.com, unless set
  CALLEVENTS_TIMEZONE              Asia/Shanghai, unless set
  CALLEVENTS_LANGUAGE              en or zh-CN; unless set, as LANG says

Exit status:
  0  at least one of the calls was found; the doctor: all checks passed
  1  no answer: a setting, the network or the service; the doctor: a check failed
  2  wrong usage, or an id that is none
  3  none of the calls was found (the answer says why that may be)

Example:
  callevents lookup job-98b78417-1828-42d4-8da5-5859f1ca9d72 --json
  grep -o 'job-[0-9a-f-]*' softphone.log | sort -u | callevents lookup -

A job id stands with the call's record in the CCC workbench (call id, 通话 ID), and in the name of its recording.
"""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line and return its exit status, as the help has it."""
    return guarded(lambda: _run(parser().parse_args(arguments)))


def guarded(work: Callable[[], int]) -> int:
    """Return the exit status of *work*, which prints; a reader that has gone and Ctrl-C end it without a traceback."""
    if sys.stderr is None:  # Python's sign that it is closed
        sys.stderr = io.StringIO()
    if sys.stdout is None:
        sys.stderr.write("The answer cannot be written: standard output is closed.\n")
        return FAILED
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="backslashreplace")  # for a terminal with ASCII only
    try:
        status = work()
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

    if isinstance(sys.stdin, io.TextIOWrapper):
        sys.stdin.reconfigure(errors="replace")  # what is no text holds no id
    return lookup(options, os.environ, sys.stdin, sys.stdout, sys.stderr)


def parser() -> argparse.ArgumentParser:
    """Return the parser of the command line."""
    top = _parser(argparse.ArgumentParser, "callevents", "What happened on a call in Alibaba Cloud CCC.")
    top.add_argument("--version", action=_Version, help="print the version")
    commands = top.add_subparsers(dest="command", required=True)
    look = _parser(commands.add_parser, "lookup", "show the facts and the timeline of calls")
    look.add_argument(
        "jobs", nargs="+", metavar="JOB", help="a job id, or text that contains one; - reads standard input"
    )
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
    _parser(commands.add_parser, "doctor", "check the settings against the real services")
    return top


def _limit(text: str) -> int:
    """Parse how many calls to print; raise ArgumentTypeError for what is no such number."""
    if not re.fullmatch("[1-9][0-9]{0,4}", text, re.ASCII) or int(text) > MAX_CALLS:
        message = f"not a number from 1 to {MAX_CALLS}"
        raise argparse.ArgumentTypeError(message)
    return int(text)


def _parser(make: Callable[..., argparse.ArgumentParser], name: str, what: str) -> argparse.ArgumentParser:
    """Return a parser, or a command of one, with the variables, the exit codes and an example in its help."""
    own = {"prog": name} if make is argparse.ArgumentParser else {"name": name, "help": what}
    return make(**own, description=what, epilog=_EPILOG, formatter_class=argparse.RawDescriptionHelpFormatter)


class _Version(argparse.Action):
    """Prints the version; its number is read from the installed package, and only then."""

    def __init__(self, option_strings: Sequence[str], dest: str, help: str) -> None:  # noqa: A002 - argparse's name
        super().__init__(option_strings, dest, nargs=0, help=help)

    def __call__(self, parser: argparse.ArgumentParser, *_arguments: object) -> None:
        from importlib.metadata import version

        print(f"callevents {version('callevents')}")
        parser.exit()
