"""Checks a real configuration, one thing after the other: `callevents doctor`."""

import time
from collections.abc import Callable, Iterator, Mapping
from typing import TYPE_CHECKING, TextIO

from callevents.alibabacloud.outbound import Outbound, new_nonce, new_random
from callevents.clock import Clocks
from callevents.doctor.check import Check
from callevents.settings.model import Settings

if TYPE_CHECKING:
    import httpx

__all__ = ["Check", "doctor", "run"]


def doctor(
    settings: Settings,
    environ: Mapping[str, str],
    *,
    client: "httpx.Client",
    clocks: Clocks,
    nonce: Callable[[], str] = new_nonce,
    random: Callable[[], float] = new_random,
) -> Iterator[Check]:
    """Yield a finding for each thing that must be right, in turn; the network is asked as late as possible.

    *environ* is where credentials, account and region are looked for. Nothing that is found holds a secret.
    """
    from callevents.alibabacloud.ccc import ContactCenter
    from callevents.alibabacloud.credentials import resolve
    from callevents.alibabacloud.kms import SecretStore
    from callevents.doctor.bot import bot_token
    from callevents.doctor.center import center, clock, no_instance
    from callevents.doctor.channel import alert_channels
    from callevents.doctor.check import failed, unknown
    from callevents.doctor.form import alerts_form, settings_form, signing_secret
    from callevents.doctor.kms import kms_secrets
    from callevents.doctor.worker import worker

    yield from settings_form(settings)
    credentials = resolve(environ, None)
    outbound = Outbound(client, clocks, nonce, random)
    region = environ.get("FC_REGION") or environ.get("DEPLOY_REGION", "")
    store = SecretStore(outbound, settings.kms_endpoint, region, credentials)
    settings = yield from kms_secrets(store, settings, environ, clocks)
    yield from signing_secret(settings)
    yield from alerts_form(settings)
    broken = ""  # what everything that is signed depends on
    for check in clock(client, settings, clocks):
        yield check
        broken = check.subject if check.state == "failed" else ""
    if not settings.ccc_instance_id and not settings.ccc_instances and (credentials is None or broken):
        yield no_instance()  # it would have been found missing when it is asked for
    if credentials is None:
        advice = "set ALIBABA_CLOUD_ACCESS_KEY_ID and ALIBABA_CLOUD_ACCESS_KEY_SECRET"
        yield failed("credentials", "there is no access key here", advice)
        broken = "credentials"
    elif not broken:
        source = ContactCenter(outbound, settings.ccc_endpoint, credentials)
        for check in center(source, settings, clocks):
            yield check
            if check.state == "failed" and check.subject in {"credentials", "signature"}:
                broken = check.subject
    token_is_good = False
    for check in bot_token(client, settings, clocks):
        yield check
        token_is_good = token_is_good or (check.subject, check.state) == ("bot token", "ok")
    if token_is_good:
        yield from alert_channels(client, settings, clocks)
    if settings.worker and broken not in {"", "contact center"}:
        yield unknown("worker", f"cannot be told before the {broken} is right")
    else:
        yield from worker(outbound, settings, environ, credentials)


def run(environ: Mapping[str, str], out: TextIO, *, clocks: Clocks | None = None) -> int:
    """Print every finding as it comes; return 0 if nothing failed and everything could be told, else 1."""
    from callevents.transport.client import open_client

    clocks = clocks or Clocks(wall=time.time, monotonic=time.monotonic, sleep=time.sleep)
    settings = Settings.from_environ(environ)
    troubles = 0
    with open_client() as client:
        found = doctor(
            settings,
            environ,
            client=client,
            clocks=clocks,
        )
        for check in found:
            out.write(f"{check.line()}\n")
            out.flush()
            troubles += check.state in {"failed", "unknown"}
    out.write("All is well.\n" if not troubles else f"{troubles} to mend.\n")
    return 1 if troubles else 0
