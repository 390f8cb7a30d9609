"""What requests name, checked as the service checks it."""

import json
import re
from collections.abc import Mapping

from callevents_sandbox.alibabacloud.acs3_verifier import Refusal
from callevents_sandbox.ram.account import PolicyState, RamAccount, RoleState

_FORMS = {"RoleName": r"[A-Za-z0-9.-]{1,64}", "PolicyName": r"[A-Za-z0-9-]{1,128}"}
_MAX_DOCUMENT = {
    "AssumeRolePolicyDocument": 4096,
    "NewAssumeRolePolicyDocument": 4096,
    "PolicyDocument": 6144,
}
_MAX_DESCRIPTION = 1024


def name(params: Mapping[str, str], called: str) -> str:
    """Return a name that a request gives; raise Refusal if it is none."""
    given = params.get(called, "")
    if not given:
        raise Refusal(400, f"Missing{called}", f"{called} is mandatory for this action.")
    if not re.fullmatch(_FORMS[called], given):
        message = f'The parameter - "{called}" contains invalid chars.'
        raise Refusal(400, f"InvalidParameter.{called}.InvalidChars", message)
    return given


def kind(params: Mapping[str, str]) -> str:
    """Return the type of a policy."""
    given = params.get("PolicyType", "")
    if given not in {"Custom", "System"}:
        message = 'The parameter - "PolicyType" is incorrect.'
        raise Refusal(400, "InvalidParameter.PolicyType", message)
    return given


def document(params: Mapping[str, str], called: str) -> str:
    """Return the text of a policy; raise Refusal if it is none."""
    text = params.get(called, "")
    if len(text) > _MAX_DOCUMENT[called]:
        message = f'The parameter - "{called}" beyond the length limit.'
        raise Refusal(400, f"InvalidParameter.{called}.Length", message)
    try:
        parsed = json.loads(text)
    except ValueError:
        parsed = None
    whole = isinstance(parsed, dict) and parsed.get("Version") == "1" and parsed.get("Statement")
    if not whole:
        code = (
            "MalformedPolicyDocument" if called == "PolicyDocument" else "MalformedAssumeRolePolicyDocument"
        )
        raise Refusal(400, code, "The policy document is malformed.")
    return text


def description(params: Mapping[str, str]) -> str:
    """Return a description; raise Refusal if it is too long."""
    text = params.get("Description", "")
    if len(text) > _MAX_DESCRIPTION:
        message = 'The parameter - "Description" beyond the length limit.'
        raise Refusal(400, "InvalidParameter.Description.Length", message)
    return text


def existing_role(account: RamAccount, params: Mapping[str, str]) -> tuple[str, RoleState]:
    """Return the role that a request names; raise Refusal if there is none."""
    called = name(params, "RoleName")
    if called not in account.roles:
        raise Refusal(404, "EntityNotExist.Role", "The role does not exist.")
    return called, account.roles[called]


def existing_policy(account: RamAccount, params: Mapping[str, str]) -> tuple[str, PolicyState]:
    """Return the policy that a request names; raise Refusal if there is none."""
    called = name(params, "PolicyName")
    if called not in account.policies:
        raise Refusal(404, "EntityNotExist.Policy", "The policy does not exist.")
    return called, account.policies[called]
