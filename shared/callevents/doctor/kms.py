"""Checks the secrets in KMS: can it be reached, may each be read, does it exist, and has it the right form.

KMS is asked with the access key of this machine; the functions ask with their roles.
"""

import re
from collections.abc import Generator, Iterator, Mapping

from callevents.alibabacloud.kms import SecretStore
from callevents.clock import Clocks, Deadline
from callevents.doctor.ccc_errors import explain
from callevents.doctor.check_result import CheckResult, failed, ok, unknown
from callevents.settings.model import Settings
from callevents.settings.secret_refs import ReadResult, ReferenceProblem, names_in, read_secrets, resolve
from callevents.settings.variables import form_of

TIMEOUT_SECONDS = 10.0
SUBJECT = "secret"
# What a reason means, and how to fix it; {} is the name of the secret.
_REASONS = (
    (r"(Forbidden\.)?NoPermission", "reading {} is not allowed",
     "grant kms:GetSecretValue on it (functions/<function>/kms-policy.json), and kms:Decrypt on the key it is under"),
    (r"Forbidden\.ResourceNotFound", "there is no {} in this region",
     "create it in the KMS console, or correct the name"),
    (r"Rejected\.(ResourceInDeleteWindow|PendingDeletion|Disabled)", "{} or its key is disabled or being deleted",
     "restore it in the KMS console"),
    (r"not a text but binary|empty", "{} holds no text", "store a new version of it as text"),
    (r"region unknown", "{} is in a region that is not known here", "set DEPLOY_REGION or CALLEVENTS_KMS_ENDPOINT"),
    (r"\w*(Connect|Read|Write)\w*|certificate|connection lost|no answer in time|no time left",
     "KMS cannot be reached for {}", "check CALLEVENTS_KMS_ENDPOINT, DEPLOY_REGION and the network"),
)  # fmt: skip


def check_secrets(
    store: SecretStore, settings: Settings, environ: Mapping[str, str], clocks: Clocks
) -> Generator[CheckResult, None, Settings]:
    """Read every secret, yield a result for each, and return the settings with those that can be used."""
    names = names_in(settings)
    read = read_secrets(names, store.secret, Deadline.after(TIMEOUT_SECONDS, clocks.monotonic))
    for setting, of_setting in settings.references.items():
        for name in of_setting:
            yield _result(setting, name, read)
    resolved = resolve(environ, settings, read)
    yield from _misplaced(settings, resolved.problems, read)
    for setting in resolved.settings.wrong:
        if setting not in settings.wrong:
            yield failed(
                SUBJECT, f"{setting}: the secret in KMS cannot be used", f"it must be {form_of(setting)}"
            )
    return resolved.settings


def _result(setting: str, name: str, read: ReadResult) -> CheckResult:
    error = read.failures.get(name)
    if error is None:
        return ok(SUBJECT, f"{setting}: {name} was read from KMS")
    if error.reason == "no credentials":
        return unknown(SUBJECT, f"{setting}: {name} cannot be read without an access key")
    tail = f" ({error.reason}){f', request id {error.request_id}' if error.request_id else ''}"
    for pattern, text, advice in _REASONS:
        if re.fullmatch(pattern, error.reason):
            return failed(SUBJECT, f"{setting}: {text.format(name)}{tail}", advice)
    meaning = explain(error.reason)
    if meaning.code:
        return failed(SUBJECT, f"{setting}: {meaning.text}{tail}", meaning.advice)
    return unknown(SUBJECT, f"{setting}: {name} could not be read{tail}", "try again in a minute")


def _misplaced(
    settings: Settings, problems: tuple[ReferenceProblem, ...], read: ReadResult
) -> Iterator[CheckResult]:
    """Find settings that cannot be used although all their secrets were read."""
    for problem in problems:
        if all(name in read.texts for name in settings.references[problem.setting]):
            advice = "store one secret without commas, or let kms://… be the whole setting"
            yield failed(SUBJECT, f"{problem.setting}: KMS holds {problem.reason}", advice)
