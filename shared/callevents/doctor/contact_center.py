"""Checks the contact center: does it answer, accept the signature, allow the action and know the instances."""

from collections.abc import Iterator
from email.utils import parsedate_to_datetime

from callevents.alibabacloud.ccc.contact_center import ContactCenter
from callevents.alibabacloud.outbound import Outbound
from callevents.clock import Clocks, Deadline
from callevents.doctor.ccc_errors import ACTION, STAGES, explain, request_id_of
from callevents.doctor.check_result import CheckResult, failed, note, ok, unknown
from callevents.errors import CccError, CccInstanceUnknown, CccRefused, CccThrottled
from callevents.settings.model import Settings
from callevents.transport.failure import NO_PROXY, failure_reason

# A call that does not exist: the answer shows everything but records.
NO_CALL = "job-00000000-0000-4000-8000-000000000000"
# The service accepts what is signed within 15 minutes of its own time.
MAX_SKEW_SECONDS, NOTED_SKEW_SECONDS = 900.0, 60.0
TIMEOUT_SECONDS = 10.0
_SET_CLOCK = "set this machine's clock"
_STAGE_FINDINGS = {
    "credentials": "the service knows the access key",
    "signature": "the service computes the same",
    "permission": f"{ACTION} is allowed to this key (the functions ask with their own roles)",
}


def check_clock(outbound: Outbound, settings: Settings) -> Iterator[CheckResult]:
    """Compare this machine's clock with the service's Date header."""
    import httpx

    clocks = outbound.clocks
    before = clocks.wall()
    try:
        answer = outbound.client.get(
            f"{settings.ccc_endpoint}/",
            extensions={"deadline": Deadline.after(TIMEOUT_SECONDS, clocks.monotonic)},
        )
    except httpx.HTTPError as error:
        host, why = httpx.URL(settings.ccc_endpoint).host, failure_reason(error)
        finding = f"{host} cannot be reached: {why} ({type(error).__name__})"
        yield failed("contact center", finding, f"check CCC_ENDPOINT and the network. {NO_PROXY}")
        return
    middle = before + (clocks.wall() - before) / 2
    try:
        skew = middle - parsedate_to_datetime(answer.headers["date"]).timestamp()
    except (KeyError, ValueError, TypeError, OverflowError):
        yield unknown("clock", "the service sends no date")
        return
    finding = f"{'ahead of' if skew > 0 else 'behind'} the service's by {abs(skew):.0f} s"
    if abs(skew) > MAX_SKEW_SECONDS:
        yield failed("clock", f"{finding}: no signature is valid", _SET_CLOCK)
    elif abs(skew) > NOTED_SKEW_SECONDS:
        yield note("clock", finding, f"{_SET_CLOCK} before it is 15 minutes")
    else:
        yield ok("clock", "agrees with the service's within a minute")


def check_contact_center(center: ContactCenter, settings: Settings, clocks: Clocks) -> Iterator[CheckResult]:
    """Ask every allowed instance for a call that does not exist; the answers show what is wrong."""
    allowed = dict.fromkeys([settings.ccc_instance_id, *settings.ccc_instances.values()])
    instances = [instance for instance in allowed if instance]
    if not instances:
        yield no_instance()
        return
    for number, instance in enumerate(instances):
        error = _error(center, instance, clocks)
        if isinstance(error, CccRefused):
            yield from _rejected(error)
            return
        if error is not None and not isinstance(error, CccInstanceUnknown):
            yield _unavailable(error)
            return
        if number == 0:
            yield from (ok(stage, finding) for stage, finding in _STAGE_FINDINGS.items())
        if error is None:
            yield ok("instance", f"{instance} exists")
        else:
            yield failed(
                "instance",
                f"{instance} does not exist{request_id_of(error)}",
                "look it up in the CCC console",
            )


def no_instance() -> CheckResult:
    """Make a finding of a missing instance."""
    return failed("instance", "CCC_INSTANCE_ID is not set", "set it to the id that the CCC console shows")


def _error(center: ContactCenter, instance: str, clocks: Clocks) -> CccError | None:
    try:
        center.notification_records(instance, [NO_CALL], Deadline.after(TIMEOUT_SECONDS, clocks.monotonic))
    except CccError as error:
        return error
    return None


def _unavailable(error: CccError) -> CheckResult:
    why = "too many requests right now" if isinstance(error, CccThrottled) else str(error)
    return unknown(
        "contact center", f"no usable answer: {why}{request_id_of(error)}", "try again in a minute"
    )


def _rejected(error: CccRefused) -> Iterator[CheckResult]:
    meaning = explain(error.reason)
    before, after = STAGES[: STAGES.index(meaning.stage)], STAGES[STAGES.index(meaning.stage) + 1 :]
    yield from (ok(stage, _STAGE_FINDINGS[stage]) for stage in before)
    yield failed(meaning.stage, f"{meaning.text} ({error.reason}){request_id_of(error)}", meaning.advice)
    yield from (unknown(stage, f"unknown until the {meaning.stage} check passes") for stage in after)
