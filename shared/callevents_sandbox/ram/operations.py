"""What each operation does to the account, after the gateway let it through.

Operations: https://www.alibabacloud.com/help/en/ram/developer-reference/api-ram-2015-05-01-overview
Errors: https://www.alibabacloud.com/help/en/ram/developer-reference/error-codes-of-ram
"""

from collections.abc import Callable, Mapping

from callevents_sandbox.alibabacloud.acs3_verifier import Refusal
from callevents_sandbox.ram.account import MAX_VERSIONS, PolicyState, RamAccount, RoleState
from callevents_sandbox.ram.documents import Document, policy_document, policy_of, role_of, version_of
from callevents_sandbox.ram.parameters import (
    description,
    document,
    existing_policy,
    existing_role,
    kind,
    name,
)

Params = Mapping[str, str]
_ROTATE = "DeleteOldestNonDefaultVersionWhenLimitExceeded"


def get_role(account: RamAccount, params: Params) -> Document:
    """Return a role."""
    return {"Role": role_of(account, *existing_role(account, params))}


def create_role(account: RamAccount, params: Params) -> Document:
    """Make a role."""
    called = name(params, "RoleName")
    trust = document(params, "AssumeRolePolicyDocument")
    if called in account.roles:
        raise Refusal(409, "EntityAlreadyExists.Role", "The role already exists.")
    account.roles[called] = RoleState(trust, description(params))
    return {"Role": role_of(account, called, account.roles[called])}


def update_role(account: RamAccount, params: Params) -> Document:
    """Change who may take a role, or its description."""
    called, role = existing_role(account, params)
    if "NewAssumeRolePolicyDocument" in params:
        role.trust = document(params, "NewAssumeRolePolicyDocument")
    role.description = params.get("NewDescription", role.description)
    return {"Role": role_of(account, called, role)}


def delete_role(account: RamAccount, params: Params) -> Document:
    """Delete a role that has no policies."""
    called, role = existing_role(account, params)
    if role.attached:
        raise Refusal(409, "DeleteConflict.Role.Policy", "The role can not have any attached policy.")
    del account.roles[called]
    return {}


def get_policy(account: RamAccount, params: Params) -> Document:
    """Return a policy and its default version."""
    called, policy = existing_policy(account, params)
    return {
        "Policy": policy_of(account, called, policy),
        "DefaultPolicyVersion": version_of(policy, policy.default),
    }


def create_policy(account: RamAccount, params: Params) -> Document:
    """Make a policy of one version."""
    called = name(params, "PolicyName")
    text = document(params, "PolicyDocument")
    if called in account.policies:
        raise Refusal(409, "EntityAlreadyExists.Policy", "The policy already exists.")
    account.policies[called] = PolicyState({"v1": text}, description=description(params))
    return {"Policy": policy_of(account, called, account.policies[called])}


def create_policy_version(account: RamAccount, params: Params) -> Document:
    """Add a version; of too many the oldest goes if that was asked for."""
    _, policy = existing_policy(account, params)
    text = document(params, "PolicyDocument")
    if len(policy.versions) >= MAX_VERSIONS:
        if params.get("RotateStrategy") != _ROTATE:
            message = "The count of policy version beyond the current limits."
            raise Refusal(409, "LimitExceeded.Policy.Version", message)
        del policy.versions[next(each for each in policy.versions if each != policy.default)]
    policy.made += 1
    version = f"v{policy.made}"
    policy.versions[version] = text
    if params.get("SetAsDefault", "").lower() == "true":
        policy.default = version
    return {"PolicyVersion": version_of(policy, version)}


def list_policy_versions(account: RamAccount, params: Params) -> Document:
    """Return all versions of a policy."""
    _, policy = existing_policy(account, params)
    return {"PolicyVersions": {"PolicyVersion": [version_of(policy, each) for each in policy.versions]}}


def delete_policy_version(account: RamAccount, params: Params) -> Document:
    """Delete a version that is not the default one."""
    _, policy = existing_policy(account, params)
    version = params.get("VersionId", "")
    if version not in policy.versions:
        raise Refusal(404, "EntityNotExist.Policy.Version", "The policy version does not exist.")
    if version == policy.default:
        message = "The default policy version can not be deleted."
        raise Refusal(409, "DeleteConflict.Policy.Version.Default", message)
    del policy.versions[version]
    return {}


def delete_policy(account: RamAccount, params: Params) -> Document:
    """Delete a policy of one version that nobody has."""
    called, policy = existing_policy(account, params)
    has_roles = any(("Custom", called) in role.attached for role in account.roles.values())
    for held, word in ((policy.users, "User"), (policy.groups, "Group"), (has_roles, "Role")):
        if held:
            message = f"The policy can not be attached to any {word.lower()} while deleting the policy."
            raise Refusal(409, f"DeleteConflict.Policy.{word}", message)
    if len(policy.versions) > 1:
        message = "The policy can not have any version except the default version."
        raise Refusal(409, "DeleteConflict.Policy.Version", message)
    del account.policies[called]
    return {}


def list_policies_for_role(account: RamAccount, params: Params) -> Document:
    """Return the policies that a role has."""
    _, role = existing_role(account, params)
    listed = [policy_document(account, each, called) for each, called in sorted(role.attached)]
    return {"Policies": {"Policy": listed}}


def list_entities_for_policy(account: RamAccount, params: Params) -> Document:
    """Return who has a policy."""
    called, policy = existing_policy(account, params)
    roles = sorted(each for each, role in account.roles.items() if ("Custom", called) in role.attached)
    return {
        "Users": {"User": [{"UserName": each, "UserId": "1"} for each in sorted(policy.users)]},
        "Groups": {"Group": [{"GroupName": each} for each in sorted(policy.groups)]},
        "Roles": {"Role": [{"RoleName": each, "RoleId": "1"} for each in roles]},
    }


def attach_policy_to_role(account: RamAccount, params: Params) -> Document:
    """Give a role a policy."""
    _, role, pair = _attachment(account, params)
    if pair in role.attached:
        raise Refusal(409, "EntityAlreadyExists.Role.Policy", "The policy has been attached to the role.")
    role.attached.add(pair)
    return {}


def detach_policy_from_role(account: RamAccount, params: Params) -> Document:
    """Take a policy from a role."""
    _, role, pair = _attachment(account, params)
    if pair not in role.attached:
        raise Refusal(404, "EntityNotExist.Role.Policy", "The policy has not been attached to the role.")
    role.attached.remove(pair)
    return {}


def _attachment(account: RamAccount, params: Params) -> tuple[str, RoleState, tuple[str, str]]:
    called, role = existing_role(account, params)
    of = kind(params)
    policy = existing_policy(account, params)[0] if of == "Custom" else name(params, "PolicyName")
    return called, role, (of, policy)


def get_caller_identity(account: RamAccount, _params: Params) -> Document:
    """Return whose key it is (STS)."""
    return {
        "IdentityType": "RAMUser",
        "AccountId": account.account_id,
        "PrincipalId": "288774244375210001",
        "UserId": "288774244375210001",
        "Arn": f"acs:ram::{account.account_id}:user/deployer",
    }


Operation = Callable[[RamAccount, Params], Document]
OF_RAM: Mapping[str, Operation] = {
    "GetRole": get_role,
    "CreateRole": create_role,
    "UpdateRole": update_role,
    "DeleteRole": delete_role,
    "GetPolicy": get_policy,
    "CreatePolicy": create_policy,
    "CreatePolicyVersion": create_policy_version,
    "ListPolicyVersions": list_policy_versions,
    "DeletePolicyVersion": delete_policy_version,
    "DeletePolicy": delete_policy,
    "ListPoliciesForRole": list_policies_for_role,
    "ListEntitiesForPolicy": list_entities_for_policy,
    "AttachPolicyToRole": attach_policy_to_role,
    "DetachPolicyFromRole": detach_policy_from_role,
}
OF_STS: Mapping[str, Operation] = {"GetCallerIdentity": get_caller_identity}
