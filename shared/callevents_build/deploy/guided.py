"""`make deploy`: each run looks at what is there, does what it can, and says what comes next.

Nothing is kept between runs: how far one is stands in the account and in `.env`, so any run may be interrupted.
"""

import signal
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, contextmanager
from pathlib import Path
from types import FrameType
from typing import NoReturn

from callevents.alibabacloud.clients import Clients
from callevents_build.deploy.dotenv_file import with_dotenv
from callevents_build.deploy.one_at_a_time import one_at_a_time
from callevents_build.deploy.steps.account import know_account
from callevents_build.deploy.steps.functions import Build, deploy_functions
from callevents_build.deploy.steps.guide import Guide
from callevents_build.deploy.steps.roles import make_roles
from callevents_build.deploy.steps.slack import after_the_secrets, has_secrets
from callevents_build.errors import BuildFailed

Doctor = Callable[[Mapping[str, str]], int]
_AGAIN_SECONDS = 0.01


def deploy(environ: Mapping[str, str], project: Path, build: Build, doctor: Doctor) -> int:
    """Do the next steps and say what comes after them; return the exit status. Raises BuildFailed.

    With PLAN set nothing is changed. *build* and *doctor* get the environment, `.env` included.
    """
    with interruptible(), one_at_a_time(project), closing(Clients()) as clients:
        environ = with_dotenv(environ, project / ".env")
        guide = Guide(is_plan=is_set(environ, "PLAN"))
        account = know_account(environ, clients, guide)
        if account is None or not make_roles(account, project, guide):
            return 1
        outcome = deploy_functions(account, project, build, guide)
        if outcome.status:
            return outcome.status
        if not has_secrets(account.environ, project, outcome.addresses, guide):
            return 0
        if guide.is_plan:
            guide.step("secrets", "would ask the doctor whether all of it works")
            return 0
        guide.step("secrets", "known to the functions; the doctor looks whether all of it works:")
        status = doctor(account.environ)
    if status:
        guide.next("secrets", "do what the doctor says, and then:", ["make deploy"])
        return status
    changed = "" if guide.changed else " Nothing was to do, and nothing was changed."
    print(f"\nDeployed.{changed}")
    for line in after_the_secrets(outcome.addresses.get("slack", "")):
        print(f"  {line}")
    return 0


def is_set(environ: Mapping[str, str], name: str) -> bool:
    """Return whether a switch of the command line, such as PLAN, is on."""
    return environ.get(name, "").strip().lower() not in {"", "0", "no", "n", "false", "off"}


@contextmanager
def interruptible() -> Iterator[None]:
    """Have SIGINT, SIGTERM and SIGHUP, and files that fail, end the block with a sentence, as a BuildFailed.

    Python drops what a signal raises while an object is finalized; the interruption then comes again a moment later.
    """
    before = {
        each: signal.signal(each, _interrupt) for each in (signal.SIGTERM, signal.SIGHUP, signal.SIGALRM)
    }
    report = sys.unraisablehook

    def interrupt_later(dropped: "sys.UnraisableHookArgs") -> None:
        if issubclass(dropped.exc_type, KeyboardInterrupt):
            signal.setitimer(signal.ITIMER_REAL, _AGAIN_SECONDS)
        else:
            report(dropped)

    sys.unraisablehook = interrupt_later
    try:
        yield
    except KeyboardInterrupt:
        msg = "\nInterrupted. What is done stays done; run it again, and it goes on from there."
        raise BuildFailed(msg) from None
    except BrokenPipeError:
        raise  # nobody reads any more
    except OSError as error:
        msg = f"{error.filename or 'A file'} cannot be read or written: {error.strerror}. Run it again then."
        raise BuildFailed(msg) from None
    finally:
        sys.unraisablehook = report
        signal.setitimer(signal.ITIMER_REAL, 0)
        for each, handler in before.items():
            signal.signal(each, handler)


def _interrupt(_number: int, _frame: FrameType | None) -> NoReturn:
    raise KeyboardInterrupt
