"""What a deployment that ended early has done, at which step it ended, and what to do: in words, without values."""

import re
import signal
from collections.abc import Iterator
from typing import Final, NamedTuple

from callevents_build.deploy.tool.run import ToolRun

ORDER: Final = ("worker", "slack", "webhook")  # as they stand in template.yml


class _Step(NamedTuple):
    """A step of the component fc3: what its log has where it begins and where it is over, and what failing means.

    An *error* that matches shows that it was this step even where the log does not.
    """

    begins: str
    is_over: str
    error: str
    meaning: str
    advice: str


# In their order. `%s` is the resource.
_STEPS: Final = (
    _Step(
        r"Creating sls: |creating.{0,20}sls",
        r"Created sls: ",
        r"(?i)\bsls\b|log\.aliyuncs\.com|log ?store|ProjectNotExist|LogStoreNotExist",
        "Simple Log Service (SLS) refused the project or logstore for the logs of %s, or could not be reached",
        "the key needs AliyunLogFullAccess, and SLS must be activated once in the console",
    ),
    _Step(
        r"Uploading code to ",
        r"tempCodeBucketToken response: ",
        r"(?i)\boss\b|oss-|bucket|TempBucketToken",
        "the upload of dist/%s.zip to Function Compute's storage (oss-accelerate.aliyuncs.com) failed",
        "the key needs AliyunFCFullAccess, and this network must let uploads to that host pass",
    ),
    _Step(
        r"Deploy function use config: ",
        r"Deploy trigger use config|putAsyncInvokeConfig config|Put\w*Concurrency",
        r"(?i)CreateFunction|UpdateFunction|PassRole|\brole\b",
        "Function Compute refused the function %s",
        "the key needs AliyunFCFullAccess and ram:PassRole, and the function's role must exist",
    ),
    _Step(
        r"Deploy trigger use config",
        r"putAsyncInvokeConfig config|Put\w*Concurrency",
        r"(?i)Trigger",
        "the function %s is there, its trigger was refused",
        "the key needs fc:CreateTrigger",
    ),
    _Step(
        r"putAsyncInvokeConfig config",
        r"Put\w*Concurrency",
        r"(?i)AsyncInvoke",
        "the function %s is there, its settings for asynchronous calls were refused",
        "is DEPLOY_FAILURE_DESTINATION there, and may the role of the worker send to it?",
    ),
    _Step(
        r"Put\w*Concurrency",
        r"$^",
        r"(?i)concurrency",
        "the function %s is there, its limit of instances was refused, so it runs without one: what it may spend is "
        "not capped until the next run succeeds",
        "does the account have as many instances free in this region as template.yml reserves (reservedConcurrency)?",
    ),
)  # fmt: skip
# Errors that say more than the step at which they came; what a status means stands behind the action's name.
_MEANWHILE: Final = re.compile(r"\b409\b|AlreadyExists|\bConflict\b")
_MAY_PASS: Final = re.compile(
    r"\b(?:429|50[0234])\b|Throttl|TooManyRequests|ServiceUnavailable|InternalError|InternalServerError|"
    r"\bECONN|\bETIMEDOUT|\bEAI_AGAIN|socket hang up"
)
_NO_NAME: Final = re.compile(r"\bENOTFOUND\b")
_NOT_ACTIVATED: Final = re.compile(r"service is not enabled|is inactive to this service", re.IGNORECASE)
_FUNCTION_IS_MADE: Final = re.compile(r"Deploy function use config: ")
_RERUN: Final = "Nothing is lost: run `make deploy` again, it goes on from here."


def failure_lines(run: ToolRun) -> Iterator[str]:
    """Yield sentences about a *run* that ended early."""
    left = [each for each in ORDER if each not in {*run.done, run.failed}]
    if run.interrupted:
        yield f"Interrupted ({signal.Signals(run.interrupted).name}). What Serverless Devs logged is removed."
    elif not run.failed:
        yield f"Serverless Devs ended with status {run.status} before it was done."
    else:
        step = _step(run)
        if step is None:
            yield f"The function {run.failed} was not deployed, or not wholly."
        else:
            yield _sentence(step.meaning % run.failed)
        if advice := _advice(run.error) or (step.advice if step else ""):
            yield f"  → {advice}"
        if step not in _STEPS[3:] and _FUNCTION_IS_MADE.search(run.log):
            yield (
                f"If {run.failed} was made in this run, its trigger and its limit of instances may be missing "
                "until the next run succeeds."
            )
    begun = "begun" if run.failed else "finished"  # what a signal ends may be half-way
    yield f"Done: {', '.join(run.done) or 'none'}. Not {begun}: {', '.join(left) or 'none'}."
    yield _RERUN


def _sentence(text: str) -> str:
    return f"{text[0].upper()}{text[1:]}."


def _advice(error: str) -> str:
    """Return what to do about *error* whatever the step was, "" where the step decides."""
    if _NOT_ACTIVATED.search(error):
        return "activate Function Compute once in this account: https://fcnext.console.aliyun.com"
    if _MEANWHILE.search(error):
        return "somebody else deploys at the same time, it seems: run it again when they have done"
    if _NO_NAME.search(error):
        return "a name cannot be resolved: is there a network here, and is DEPLOY_REGION right?"
    if _MAY_PASS.search(error):
        return "the service or the way to it failed, which may pass: run it again in a minute"
    return ""


def _step(run: ToolRun) -> _Step | None:
    """Return the step that failed: the one under way at the end of the log, else the one that the error names."""
    begun = [step for step in _STEPS if re.search(step.begins, run.log)]
    if begun and not re.search(begun[-1].is_over, run.log):
        later = _STEPS[_STEPS.index(begun[-1]) :]
        named = next((step for step in later if re.search(step.error, run.error)), None)
        return named or begun[-1]
    return next((step for step in _STEPS if re.search(step.error, run.error)), None)
