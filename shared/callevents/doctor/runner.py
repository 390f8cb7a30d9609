"""Runs every check, one after the other, and prints the results."""

import time
from collections.abc import Generator, Iterator, Mapping
from contextlib import closing
from typing import TextIO

from callevents.alibabacloud.ccc.contact_center import ContactCenter
from callevents.alibabacloud.clients import Clients, terminal_invocation
from callevents.alibabacloud.outbound import Outbound
from callevents.clock import Clocks
from callevents.doctor.bot import check_bot_token
from callevents.doctor.channel import check_alert_channels
from callevents.doctor.check_result import CheckResult, failed, unknown
from callevents.doctor.contact_center import check_clock, check_contact_center, no_instance
from callevents.doctor.deployed import check_deployed
from callevents.doctor.detail_records import check_detail_records
from callevents.doctor.kms import check_secrets
from callevents.doctor.search import check_search
from callevents.doctor.settings_form import check_alerts, check_settings, check_signing_secret
from callevents.doctor.worker import check_worker
from callevents.invocation import Invocation
from callevents.settings.model import Settings


def run(environ: Mapping[str, str], out: TextIO) -> int:
    """Print every result as it comes; return 0 if every check passed, else 1."""
    clocks = Clocks(wall=time.time, monotonic=time.monotonic, sleep=time.sleep)
    failures = 0
    with closing(Clients()) as clients:
        for result in check_all(environ, clients, clocks):
            out.write(f"{result.line()}\n")
            out.flush()
            failures += result.state in {"failed", "unknown"}
    out.write(f"{_summary(failures)}\n")
    return 1 if failures else 0


def _summary(failures: int) -> str:
    if not failures:
        return "All checks passed."
    return f"{failures} check{'s' if failures > 1 else ''} failed."


def check_all(environ: Mapping[str, str], clients: Clients, clocks: Clocks) -> Iterator[CheckResult]:
    """Yield a result for each thing that is checked; requests are sent as late as possible.

    *environ* holds the settings, credentials, account and region. No result holds a secret.
    """
    settings = Settings.from_environ(environ)
    yield from check_settings(settings)
    invocation = terminal_invocation(environ, clocks)
    outbound = clients.outbound(invocation)
    store = clients.secret_store(settings.kms_endpoint, invocation)
    settings = yield from check_secrets(store, settings, environ, clocks)
    yield from check_signing_secret(settings)
    yield from check_alerts(settings)
    yield from check_search(settings)
    broken = yield from _center_results(settings, clients, invocation)
    yield from _slack_results(settings, outbound)
    yield from _function_results(settings, clients, invocation, environ, broken)


def _center_results(
    settings: Settings, clients: Clients, invocation: Invocation
) -> Generator[CheckResult, None, str]:
    """Yield the results about the contact center; return the check whose failure makes every signed request fail."""
    outbound, credentials = clients.outbound(invocation), invocation.credentials
    broken = ""
    for result in check_clock(outbound, settings):
        yield result
        broken = result.subject if result.state == "failed" else ""
    if not settings.ccc_instance_id and not settings.ccc_instances and (credentials is None or broken):
        yield no_instance()  # the contact center, whose check reports this too, will not be asked
    if credentials is None:
        advice = "set ALIBABA_CLOUD_ACCESS_KEY_ID and ALIBABA_CLOUD_ACCESS_KEY_SECRET"
        yield failed("credentials", "there is no access key here", advice)
        broken = "credentials"
    elif not broken:
        center = clients.contact_center(settings.ccc_endpoint, invocation)
        for result in _check_center(center, settings, invocation.clocks):
            yield result
            if result.state == "failed" and result.subject in {"credentials", "signature"}:
                broken = result.subject
    return "" if broken == "contact center" else broken


def _slack_results(settings: Settings, outbound: Outbound) -> Iterator[CheckResult]:
    token_is_valid = False
    for result in check_bot_token(outbound, settings):
        yield result
        token_is_valid = token_is_valid or (result.subject, result.state) == ("bot token", "ok")
    if token_is_valid:
        yield from check_alert_channels(outbound, settings)


def _function_results(
    settings: Settings, clients: Clients, invocation: Invocation, environ: Mapping[str, str], broken: str
) -> Iterator[CheckResult]:
    if settings.worker and broken:
        yield unknown("worker", f"unknown until the {broken} check passes")
    else:
        yield from check_worker(clients, settings, invocation)
    if not environ.get("DEPLOY_ACCOUNT"):
        return
    if broken:
        yield unknown("deployed", f"unknown until the {broken} check passes")
    else:
        yield from check_deployed(clients, settings, invocation, environ)


def _check_center(center: ContactCenter, settings: Settings, clocks: Clocks) -> Iterator[CheckResult]:
    """Check the contact center and, where it answers, what else the key may ask there."""
    answers = False
    for result in check_contact_center(center, settings, clocks):
        yield result
        answers = answers or (result.subject, result.state) == ("instance", "ok")
    if answers:
        yield from check_detail_records(center, settings, clocks)
