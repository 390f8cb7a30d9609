"""Explains the contact center's error codes to the administrator.

Codes: https://help.aliyun.com/en/document_detail/434846.html
"""

from typing import NamedTuple

from callevents.errors import CccError

ACTION = "ccc:ListNotificationRecords"
GRANT = f"grant {ACTION} to the key's user or role (functions/slack/policy.json), else AliyunCCCFullAccess"
# In the order in which the service checks them.
STAGES = ("credentials", "signature", "permission", "instance")
_PROXY = "look for a proxy that changes or repeats requests"


class ErrorMeaning(NamedTuple):
    """The stage that failed, what is wrong, and how to fix it, for codes that begin with `code`."""

    code: str
    stage: str
    text: str
    advice: str


_MEANINGS = (
    ErrorMeaning("InvalidAccessKeyId", "credentials", "the access key is unknown or disabled", "create one in RAM"),
    ErrorMeaning("MissingAccessKeyId", "credentials", "the access key id is empty", "set ALIBABA_CLOUD_ACCESS_KEY_ID"),
    ErrorMeaning("InvalidSecurityToken", "credentials", "the security token is expired or another's", "get new keys"),
    ErrorMeaning("MissingSecurityToken", "credentials", "the token is missing", "set ALIBABA_CLOUD_SECURITY_TOKEN"),
    ErrorMeaning("credentials", "credentials", "the key has characters that no key has", "copy ALIBABA_CLOUD_… again"),
    ErrorMeaning(
        "SignatureDoesNotMatch, wrong secret", "signature", "the secret is not this access key's",
        "copy ALIBABA_CLOUD_ACCESS_KEY_SECRET again",
    ),
    ErrorMeaning(
        "SignatureDoesNotMatch", "signature", "the service computes another one",
        f"copy ALIBABA_CLOUD_ACCESS_KEY_SECRET again, or {_PROXY}",
    ),
    ErrorMeaning("IncompleteSignature", "signature", "it does not arrive complete", _PROXY),
    ErrorMeaning("InvalidSignature", "signature", "it is not understood", _PROXY),
    ErrorMeaning("SignatureNonceUsed", "signature", "a request arrived twice", _PROXY),
    ErrorMeaning("InvalidTimeStamp", "signature", "the service rejects this machine's time",
        "set this machine's clock"),
    ErrorMeaning(
        "Permission.", "permission", "the contact center itself rejects the key's user",
        "make the RAM user an administrator of the CCC instance",
    ),
    ErrorMeaning("", "permission", f"{ACTION} is not allowed", GRANT),
)  # fmt: skip


def explain(code: str) -> ErrorMeaning:
    """Return the meaning of an error code; an unknown one counts as a missing permission."""
    return next(meaning for meaning in _MEANINGS if code.startswith(meaning.code))


def request_id_of(error: CccError) -> str:
    """Return what follows a sentence about *error*: its request id, if it has one."""
    return f", request id {error.request_id}" if error.request_id else ""
