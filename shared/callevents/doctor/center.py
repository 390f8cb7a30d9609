"""The contact center: does it answer, take our signature, allow the action and know the instances."""

from collections.abc import Iterator
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING

from callevents.alibabacloud.ccc import ContactCenter
from callevents.clock import Clocks, Deadline
from callevents.doctor.check import Check, failed, note, ok, unknown
from callevents.doctor.refusal import ACTION, STAGES, refusal_of
from callevents.errors import CccError, CccInstanceUnknown, CccRefused, CccThrottled
from callevents.settings.model import Settings

if TYPE_CHECKING:
    import httpx

# A call that nobody ever made: asked for, it shows everything but records.
NO_CALL = "job-00000000-0000-4000-8000-000000000000"
# The service takes what is signed within 15 minutes of its own time.
SKEW_LIMIT, SKEW_NOTE = 900.0, 60.0
PATIENCE = 10.0
_SET_CLOCK = "set this machine's clock"
_STAGE_IS_RIGHT = {
    "credentials": "the service knows the access key",
    "signature": "the service computes the same",
    "permission": f"{ACTION} is allowed to this key (the functions ask with their own roles)",
}


def clock(client: "httpx.Client", settings: Settings, clocks: Clocks) -> Iterator[Check]:
    """Compare this machine's clock with the service's Date header."""
    import httpx

    before = clocks.wall()
    try:
        answer = client.get(
            f"{settings.ccc_endpoint}/",
            extensions={"deadline": Deadline.after(PATIENCE, clocks.monotonic)},
        )
    except httpx.HTTPError as error:
        finding = f"{httpx.URL(settings.ccc_endpoint).host} cannot be reached ({type(error).__name__})"
        yield failed("contact center", finding, "check CCC_ENDPOINT and the network")
        return
    middle = before + (clocks.wall() - before) / 2
    try:
        skew = middle - parsedate_to_datetime(answer.headers["date"]).timestamp()
    except (KeyError, ValueError, TypeError, OverflowError):
        yield unknown("clock", "the service does not say what time it is")
        return
    finding = f"{'ahead of' if skew > 0 else 'behind'} the service's by {abs(skew):.0f} s"
    if abs(skew) > SKEW_LIMIT:
        yield failed("clock", f"{finding}: nothing that we sign is valid", _SET_CLOCK)
    elif abs(skew) > SKEW_NOTE:
        yield note("clock", finding, f"{_SET_CLOCK} before it is 15 minutes")
    else:
        yield ok("clock", "agrees with the service's within a minute")


def center(source: ContactCenter, settings: Settings, clocks: Clocks) -> Iterator[Check]:
    """Ask every allowed instance for a call that does not exist; tell from the answers what is wrong."""
    allowed = dict.fromkeys([settings.ccc_instance_id, *settings.ccc_instances.values()])
    instances = [instance for instance in allowed if instance]
    if not instances:
        yield no_instance()
        return
    for number, instance in enumerate(instances):
        error = _asked(source, instance, clocks)
        if isinstance(error, CccRefused):
            yield from _refused(error)
            return
        if error is not None and not isinstance(error, CccInstanceUnknown):
            yield _untold(error)
            return
        if number == 0:
            yield from (ok(stage, finding) for stage, finding in _STAGE_IS_RIGHT.items())
        if error is None:
            yield ok("instance", f"{instance} exists")
        else:
            yield failed(
                "instance", f"{instance} does not exist{_id(error)}", "look it up in the CCC console"
            )


def no_instance() -> Check:
    """Say that there is no instance to ask."""
    return failed("instance", "CCC_INSTANCE_ID is not set", "set it to the id that the CCC console shows")


def _asked(source: ContactCenter, instance: str, clocks: Clocks) -> CccError | None:
    try:
        source.notification_records(instance, [NO_CALL], Deadline.after(PATIENCE, clocks.monotonic))
    except CccError as error:
        return error
    return None


def _untold(error: CccError) -> Check:
    why = "too many requests right now" if isinstance(error, CccThrottled) else str(error)
    return unknown("contact center", f"could not be asked: {why}{_id(error)}", "try again in a minute")


def _refused(error: CccRefused) -> Iterator[Check]:
    refusal = refusal_of(error.reason)
    before, after = STAGES[: STAGES.index(refusal.stage)], STAGES[STAGES.index(refusal.stage) + 1 :]
    yield from (ok(stage, _STAGE_IS_RIGHT[stage]) for stage in before)
    yield failed(refusal.stage, f"{refusal.finding} ({error.reason}){_id(error)}", refusal.advice)
    yield from (unknown(stage, f"cannot be told before the {refusal.stage} is right") for stage in after)


def _id(error: CccError) -> str:
    return f", request id {error.request_id}" if error.request_id else ""
