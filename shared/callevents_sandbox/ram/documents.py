"""Roles, policies and versions as the answers show them."""

from callevents_sandbox.ram.account import PolicyState, RamAccount, RoleState

Document = dict[str, object]
_DATE = "2026-02-21T15:39:26Z"


def role_of(account: RamAccount, name: str, role: RoleState) -> Document:
    """Return *role* as GetRole shows it."""
    return {
        "RoleId": "301234567890123456",
        "RoleName": name,
        "Arn": f"acs:ram::{account.account_id}:role/{name.lower()}",
        "RolePrincipalName": f"{name.lower()}@role.{account.account_id}.onaliyunservice.com",
        "Description": role.description,
        "AssumeRolePolicyDocument": role.trust,
        "MaxSessionDuration": 3600,
        "CreateDate": _DATE,
        "UpdateDate": _DATE,
    }


def policy_of(account: RamAccount, name: str, policy: PolicyState) -> Document:
    """Return *policy* as GetPolicy shows it."""
    roles = sum(("Custom", name) in role.attached for role in account.roles.values())
    return {
        "PolicyName": name,
        "PolicyType": "Custom",
        "Description": policy.description,
        "DefaultVersion": policy.default,
        "AttachmentCount": roles + len(policy.users) + len(policy.groups),
        "CreateDate": _DATE,
        "UpdateDate": _DATE,
    }


def policy_document(account: RamAccount, kind: str, name: str) -> Document:
    """Return the policy called *name* as ListPoliciesForRole shows it."""
    policy = account.policies.get(name) if kind == "Custom" else None
    return {
        "PolicyName": name,
        "PolicyType": kind,
        "Description": policy.description if policy else "",
        "DefaultVersion": policy.default if policy else "v1",
        "AttachDate": _DATE,
    }


def version_of(policy: PolicyState, version: str) -> Document:
    """Return a version of *policy*."""
    return {
        "VersionId": version,
        "IsDefaultVersion": version == policy.default,
        "PolicyDocument": policy.versions[version],
        "CreateDate": _DATE,
    }
