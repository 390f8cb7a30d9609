"""Resource Access Management: the roles that functions take, and the policies that say what a role may do.

Operations: https://www.alibabacloud.com/help/en/ram/developer-reference/api-ram-2015-05-01-overview
Errors: https://www.alibabacloud.com/help/en/ram/developer-reference/error-codes-of-ram
"""

from collections.abc import Mapping, Sequence
from typing import Final, NamedTuple

from callevents.alibabacloud.outbound import Outbound
from callevents.alibabacloud.rpc import RpcClient, RpcService
from callevents.alibabacloud.rpc_response import RpcError, RpcErrorKind, RpcResponse, read_codeless_response
from callevents.clock import Deadline
from callevents.invocation import Credentials

CUSTOM: Final = "Custom"
_SECONDS: Final = 30.0
_NO_ROLE: Final = "EntityNotExist.Role"
_NO_POLICY: Final = "EntityNotExist.Policy"
_ROLE_EXISTS: Final = "EntityAlreadyExists.Role"
_POLICY_EXISTS: Final = "EntityAlreadyExists.Policy"
_ATTACHED: Final = "EntityAlreadyExists.Role.Policy"
_NOT_ATTACHED: Final = "EntityNotExist.Role.Policy"
_NO_VERSION: Final = "EntityNotExist.Policy.Version"


class Role(NamedTuple):
    """A role; `trust` is the JSON of the policy that says who may take it."""

    name: str
    description: str
    trust: str


class Policy(NamedTuple):
    """A policy of the account's own; `document` is the JSON of its default version."""

    name: str
    description: str
    document: str


class Attached(NamedTuple):
    """A policy that a role has: `kind` is Custom or System."""

    name: str
    kind: str


class AccessManagement:
    """The roles and policies of one account. Each call has 30 s; each raises CredentialsMissing and RpcError."""

    def __init__(self, outbound: Outbound, credentials: Credentials | None, endpoint: str) -> None:
        """Bind the client to its connection, clocks and log; `action` is the operation that was asked for last."""
        service = RpcService("ram", "2015-05-01", endpoint, read_codeless_response)
        self._rpc = RpcClient(outbound, service, credentials)
        self._monotonic = outbound.clocks.monotonic
        self.action = ""

    def role(self, name: str) -> Role | None:
        """Return the role called *name*, None if there is none."""
        response = self._call("GetRole", {"RoleName": name}, accept=_NO_ROLE)
        if not response.ok:
            return None
        role = _member(response, "Role")
        trust = _text(role, "AssumeRolePolicyDocument", response)
        return Role(name, _text(role, "Description"), trust)

    def create_role(self, role: Role) -> bool:
        """Make *role*; return False if there is one of its name by now."""
        asked = {
            "RoleName": role.name,
            "Description": role.description,
            "AssumeRolePolicyDocument": role.trust,
        }
        return self._call("CreateRole", asked, accept=_ROLE_EXISTS).ok

    def update_trust(self, name: str, trust: str) -> None:
        """Have *trust* say who may take the role called *name*."""
        self._call("UpdateRole", {"RoleName": name, "NewAssumeRolePolicyDocument": trust})

    def delete_role(self, name: str) -> None:
        """Delete the role called *name*, which has no policies; if there is none, that is well."""
        self._call("DeleteRole", {"RoleName": name}, accept=_NO_ROLE)

    def policy(self, name: str) -> Policy | None:
        """Return the policy called *name*, None if there is none."""
        response = self._call("GetPolicy", {"PolicyName": name, "PolicyType": CUSTOM}, accept=_NO_POLICY)
        if not response.ok:
            return None
        policy, version = _member(response, "Policy"), _member(response, "DefaultPolicyVersion")
        return Policy(name, _text(policy, "Description"), _text(version, "PolicyDocument", response))

    def create_policy(self, policy: Policy) -> bool:
        """Make *policy*; return False if there is one of its name by now."""
        asked = {
            "PolicyName": policy.name,
            "Description": policy.description,
            "PolicyDocument": policy.document,
        }
        return self._call("CreatePolicy", asked, accept=_POLICY_EXISTS).ok

    def update_policy(self, name: str, document: str) -> None:
        """Make *document* the default version of the policy called *name*; of five versions the oldest one goes."""
        asked = {
            "PolicyName": name,
            "PolicyDocument": document,
            "SetAsDefault": "true",
            "RotateStrategy": "DeleteOldestNonDefaultVersionWhenLimitExceeded",
        }
        self._call("CreatePolicyVersion", asked)

    def delete_policy(self, name: str) -> None:
        """Delete the policy called *name*, which nobody has, with all its versions; if there is none, that is well."""
        response = self._call(
            "ListPolicyVersions", {"PolicyName": name, "PolicyType": CUSTOM}, accept=_NO_POLICY
        )
        if not response.ok:
            return
        for version in _items(response, "PolicyVersions", "PolicyVersion"):
            if version.get("IsDefaultVersion") is not True:
                asked = {"PolicyName": name, "VersionId": _text(version, "VersionId", response)}
                self._call("DeletePolicyVersion", asked, accept=_NO_VERSION)
        self._call("DeletePolicy", {"PolicyName": name}, accept=_NO_POLICY)

    def policies_of(self, role: str) -> Sequence[Attached]:
        """Return what the role called *role* has; nothing if there is no such role."""
        response = self._call("ListPoliciesForRole", {"RoleName": role}, accept=_NO_ROLE)
        found = _items(response, "Policies", "Policy") if response.ok else ()
        return [Attached(_text(each, "PolicyName", response), _text(each, "PolicyType")) for each in found]

    def holders_of(self, policy: str) -> Sequence[str]:
        """Return the names of all users, groups and roles that have *policy*; nothing if there is no such policy."""
        asked = {"PolicyName": policy, "PolicyType": CUSTOM}
        response = self._call("ListEntitiesForPolicy", asked, accept=_NO_POLICY)
        if not response.ok:
            return []
        return [
            _text(each, f"{kind}Name", response)
            for kind in ("User", "Group", "Role")
            for each in _items(response, f"{kind}s", kind)
        ]

    def attach(self, policy: str, role: str) -> None:
        """Give *policy* to *role*, unless it has it."""
        self._call("AttachPolicyToRole", _pair(policy, role), accept=_ATTACHED)

    def detach(self, policy: str, role: str) -> None:
        """Take *policy* from *role*, if it has it."""
        for_missing = (_NOT_ATTACHED, _NO_ROLE, _NO_POLICY)
        self._call("DetachPolicyFromRole", _pair(policy, role), accept=for_missing)

    def _call(
        self, action: str, asked: Mapping[str, str], *, accept: str | Sequence[str] = ()
    ) -> RpcResponse:
        self.action = action
        codes = frozenset({accept} if isinstance(accept, str) else accept)
        deadline = Deadline.after(_SECONDS, self._monotonic)
        return self._rpc.call(action, [*asked.items()], deadline, accept=codes)


def _pair(policy: str, role: str) -> dict[str, str]:
    return {"PolicyType": CUSTOM, "PolicyName": policy, "RoleName": role}


def _member(response: RpcResponse, name: str) -> Mapping[str, object]:
    member = response.data.get(name) if isinstance(response.data, dict) else None
    if not isinstance(member, dict):
        raise _unreadable(response, name)
    return member


def _items(response: RpcResponse, name: str, each: str) -> Sequence[Mapping[str, object]]:
    """Return the objects of the list called *each* under *name*; an account that has none may leave either out."""
    body = response.data if isinstance(response.data, dict) else {}
    held = body.get(name) or {}
    items = held.get(each) or [] if isinstance(held, dict) else None
    if not isinstance(items, list) or not all(isinstance(item, dict) for item in items):
        raise _unreadable(response, name)
    return items


def _text(member: Mapping[str, object], name: str, needed_in: RpcResponse | None = None) -> str:
    """Return the text called *name*, "" where there is none and no response needs it."""
    value = member.get(name)
    if isinstance(value, str) and (value or needed_in is None):
        return value
    if needed_in is not None:
        raise _unreadable(needed_in, name)
    return ""


def _unreadable(response: RpcResponse, name: str) -> RpcError:
    return RpcError(
        RpcErrorKind.UNREADABLE, f"no {name}", request_id=response.request_id, status=response.status
    )
