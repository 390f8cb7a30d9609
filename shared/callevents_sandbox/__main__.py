"""`python -m callevents_sandbox`: ask for a sample call the way Slack does, print the reply; then an alert; serve."""

import argparse
import signal
import sys
import time
from collections.abc import Sequence
from contextlib import ExitStack
from urllib.parse import quote

from callevents_sandbox.ccc import KEY
from callevents_sandbox.control import front_door
from callevents_sandbox.control.terminal import as_text, printable
from callevents_sandbox.fixtures.samples import sample
from callevents_sandbox.server.serving import PortUnusable, serve
from callevents_sandbox.stack import INSTANCE, Stack, open_stack

DEFAULT_SAMPLE = "blind-transfer"
DEFAULT_ALERT = "grafana-firing-hmac"
START_TIMEOUT_SECONDS = 20.0
# One person may reveal numbers; everybody but the guest may find calls, and one of them is an agent.
SETTINGS = {
    "CALLEVENTS_FULL_NUMBERS_USERS": "U0SUPERVISOR",
    "CALLEVENTS_SEARCH_USERS": "U0MEI,U0SUPERVISOR",
    "CALLEVENTS_AGENTS": "U0MEI=alice@ccc-test",
}


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the sandbox; return 0 unless there was no reply or no port."""
    parser = argparse.ArgumentParser(prog="callevents_sandbox", description=__doc__)
    parser.add_argument("--port", type=_port, default=8080, help="where to serve (default 8080)")
    parser.add_argument("--once", action="store_true", help="end after the reply")
    parser.add_argument("--job", default="", help="what to ask for: job ids with blanks between them")
    options = parser.parse_args(arguments)
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, _interrupt)
    try:
        return _run(options.port, options.job, once=options.once)
    except PortUnusable as error:
        print(f"Port {options.port} cannot be used ({error.strerror}). {_OTHER_PORT}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("\nThe sandbox has ended.")
        return 0


def _run(port: int, jobs: str, *, once: bool) -> int:
    with ExitStack() as exits:
        print("Starting a contact center, Function Compute and Slack, on this machine only …", flush=True)
        stack = exits.enter_context(open_stack(environ=SETTINGS))
        if once:
            return _ask(stack, jobs)
        url = exits.enter_context(serve(front_door.application(stack), port))
        _ask(stack, jobs)
        _alert(stack)
        _explain(stack, url)
        while True:
            signal.pause()


def _interrupt(number: int, frame: object) -> None:  # noqa: ARG001 - a signal handler's signature
    for each in (signal.SIGINT, signal.SIGTERM):
        signal.signal(each, signal.SIG_IGN)  # once is enough
    raise KeyboardInterrupt


_OTHER_PORT = "Name another: make run PORT=8081"


def _port(text: str) -> int:
    if not (text.isascii() and text.isdecimal()) or int(text) > 65535:  # noqa: PLR2004 - the highest there is
        msg = f"{text!r} is no port: give a number from 0 to 65535"
        raise argparse.ArgumentTypeError(msg)
    return int(text)


def _ask(stack: Stack, jobs: str) -> int:
    """Type the command, print what Slack shows; return 0 if it shows an answer."""
    text = jobs.strip() or sample(DEFAULT_SAMPLE).job_id
    print(f"Mei types in #support: /callevents {printable(text)}\n", flush=True)
    shown = front_door.ask_with_retries(lambda: stack.command(text), lambda: _wait(stack))
    message = front_door.final_message(stack, shown)
    if message is None:
        print(f"Slack shows: {shown.error or 'nothing'}", file=sys.stderr)
        for outcome in stack.platform.outcomes[-1:]:
            print(f"{outcome.function}: {outcome.error or 'no error'}\n{outcome.logs}", file=sys.stderr)
        return 1
    print(as_text(message.text, message.blocks))
    print(f"\n{_cost(stack, shown.seconds)}", flush=True)
    return 0


def _wait(stack: Stack) -> None:
    """Print that the function was late, and wait until it has started: then its instance is warm."""
    print(
        "The function needed more than Slack's 3 s to start on this machine. Asking once more …\n", flush=True
    )
    until = time.monotonic() + START_TIMEOUT_SECONDS
    while not stack.platform.outcomes and time.monotonic() < until:
        time.sleep(0.05)


def _alert(stack: Stack) -> None:
    """Send an alert and print its card; in #support, so that the page's #alerts begins empty."""
    print("\nGrafana sends an alert that names a call, and this comes into #support:\n", flush=True)
    _, posted = front_door.send_alert(stack, DEFAULT_ALERT, "channel=C0SUPPORT")
    print("\n\n".join(as_text(message.text, message.blocks) for message in posted), flush=True)


def _cost(stack: Stack, seconds: float) -> str:
    outcomes = stack.platform.outcomes
    times = "1 invocation" if len(outcomes) == 1 else f"{len(outcomes)} invocations"
    billed = sum(outcome.billed_ms for outcome in outcomes)
    start = sum(outcome.start_ms for outcome in outcomes)
    return f"Answered in {seconds:.2f} s: {times}, {billed} ms billed, {start:.0f} ms to start the process."


def _explain(stack: Stack, url: str) -> None:
    example = quote(sample("abandoned-in-queue").job_id)
    print(f"\nServing at {url} until Ctrl-C: open it in a browser.")
    print(f"Or without one:\n  curl '{url}/_sandbox/command?text={example}'")
    print(f"  curl '{url}/_sandbox/alert?name=sls-resolved'")
    print(f"Or without Slack:\n  {_look_up(stack, example)}\n\nSample calls:")
    for each in stack.samples:
        print(f"  {each.job_id:<40}  {each.description}")
    sys.stdout.flush()


def _look_up(stack: Stack, job: str) -> str:
    """Return the command line that looks a call up, with a key of the sandbox."""
    setting = {
        "CCC_ENDPOINT": stack.ccc_url,
        "CCC_INSTANCE_ID": INSTANCE,
        "ALIBABA_CLOUD_ACCESS_KEY_ID": KEY.id,
        "ALIBABA_CLOUD_ACCESS_KEY_SECRET": KEY.secret,
    }
    return " ".join(
        [*(f"{name}={value}" for name, value in setting.items()), f".venv/bin/callevents lookup {job}"]
    )


if __name__ == "__main__":
    sys.exit(main())
