"""What each refusal of the contact center means for whoever runs the bot.

Codes: https://help.aliyun.com/en/document_detail/434846.html
"""

from typing import NamedTuple

ACTION = "ccc:ListNotificationRecords"
GRANT = f"grant {ACTION} to the key's user or role (functions/slack/policy.json), else AliyunCCCFullAccess"
# In the order in which the service looks at them.
STAGES = ("credentials", "signature", "permission", "instance")
_PROXY = "look for a proxy that changes or repeats requests"


class Refusal(NamedTuple):
    """The stage that failed, what is wrong, and what mends it, for codes that begin with `code`."""

    code: str
    stage: str
    finding: str
    advice: str


_REFUSALS = (
    Refusal("InvalidAccessKeyId", "credentials", "the access key is unknown or disabled", "make or enable one in RAM"),
    Refusal("MissingAccessKeyId", "credentials", "the access key id is empty", "set ALIBABA_CLOUD_ACCESS_KEY_ID"),
    Refusal("InvalidSecurityToken", "credentials", "the security token is expired or another's", "get new keys"),
    Refusal("MissingSecurityToken", "credentials", "the token is missing", "set ALIBABA_CLOUD_SECURITY_TOKEN"),
    Refusal("credentials", "credentials", "the key has characters that none has", "copy ALIBABA_CLOUD_… again"),
    Refusal(
        "SignatureDoesNotMatch, wrong secret", "signature", "the secret is not this access key's",
        "copy ALIBABA_CLOUD_ACCESS_KEY_SECRET again",
    ),
    Refusal(
        "SignatureDoesNotMatch", "signature", "the service computes another one",
        f"copy ALIBABA_CLOUD_ACCESS_KEY_SECRET again, or {_PROXY}",
    ),
    Refusal("IncompleteSignature", "signature", "it does not arrive whole", _PROXY),
    Refusal("InvalidSignature", "signature", "it is not understood", _PROXY),
    Refusal("SignatureNonceUsed", "signature", "a request arrived twice", _PROXY),
    Refusal("InvalidTimeStamp", "signature", "the service refuses our time", "set this machine's clock"),
    Refusal(
        "Permission.", "permission", "the contact center itself refuses the key's user",
        "make the RAM user an administrator of the CCC instance",
    ),
    Refusal("", "permission", f"{ACTION} is not allowed", GRANT),
)  # fmt: skip


def refusal_of(code: str) -> Refusal:
    """Return what a refusal with this code means; one that nobody knows is a matter of permission."""
    return next(refusal for refusal in _REFUSALS if code.startswith(refusal.code))
