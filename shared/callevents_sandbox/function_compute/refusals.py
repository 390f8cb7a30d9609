"""The platform's refusals in its own words.

Source: https://www.alibabacloud.com/help/en/function-compute/latest/error-codes
"""

from callevents_sandbox.alibabacloud.acs3_verifier import Refusal
from callevents_sandbox.server.faults import Fault

MISMATCH = (
    "The request signature we calculated does not match the signature you provided. "
    "Check your access key and signing method"
)
_BY_FAULT = {
    "refuse": (403, "AccessDenied", "the caller is not authorized to perform 'fc:InvokeFunction'"),
    "throttle": (429, "ResourceExhausted", "Your account has reached the limit of concurrent instances"),
    "internal": (500, "InternalServerError", "an internal error has occurred. Please retry"),
    "unavailable": (503, "ResourceThrottled", "the resource is throttled, please try again later"),
    "conflict": (409, "StatefulAsyncInvocationAlreadyExists", "the stateful async invocation already exists"),
}
_BY_CODE = {
    "SignatureDoesNotMatch": (
        403,
        "SignatureNotMatch",
        MISMATCH,
    ),
    "InvalidAccessKeyId.NotFound": (403, "InvalidAccessKeyID", "invalid access key ID"),
    "InvalidAccessKeyId.Inactive": (403, "InvalidAccessKeyID", "invalid access key ID"),
    "MissingAccessKeyId": (
        400,
        "MissingRequiredHeader",
        "required HTTP header Authorization was not specified",
    ),
}


def fault_refusal(fault: Fault) -> Refusal | None:
    """Return the refusal that *fault* is, None if it is something else."""
    return Refusal(*_BY_FAULT[fault.kind]) if fault.kind in _BY_FAULT else None


def in_function_compute_words(refusal: Refusal) -> Refusal:
    """Return the gateway's *refusal* as Function Compute puts it; what it has no word for is AccessDenied."""
    known = _BY_CODE.get(refusal.code)
    return Refusal(*known) if known else Refusal(403, "AccessDenied", f"{refusal.code}: {refusal.message}")
