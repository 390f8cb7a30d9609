"""An account's roles and policies, its switches, and what it was asked."""

import time
from dataclasses import dataclass, field

from callevents_sandbox.alibabacloud.acs3_verifier import AccessKey, Gate
from callevents_sandbox.alibabacloud.rpc_endpoint import ReceivedRequest
from callevents_sandbox.ccc.faults import KINDS as OF_CCC
from callevents_sandbox.server.faults import Faults
from callevents_sandbox.server.journal import Journal

KEY = AccessKey("LTAI5tSandboxDeployer", "sandbox-deployer-secret")
MAX_VERSIONS = 5
READING = frozenset(
    {
        *("GetCallerIdentity", "GetRole", "GetPolicy", "ListPoliciesForRole", "ListPolicyVersions"),
        "ListEntitiesForPolicy",
    }
)
# A request whose connection breaks or whose answer never comes has been carried out all the same.
_ALIKE = ("delay", "hang", "reset", "bad_gateway", "not_json", "not_object", "empty", "truncated", "cut_off")
KINDS = {name: OF_CCC[name] for name in _ALIKE} | {
    "refuse": "403 NoPermission",
    "unavailable": "503 ServiceUnavailable",
    "internal_error": "500 InternalError",
    "throttled": "400 Throttling.User (`status`, `code`; `retry_after` seconds in x-acs-retry-after)",
    "token_expired": "400 InvalidSecurityToken.Expired",
    "lost": "503 ServiceUnavailable, although the request was carried out",
    "wrong_types": "200 with members of other types",
}


@dataclass(slots=True)
class RoleState:
    """A role: who may take it, and the policies that it has, as pairs of type and name."""

    trust: str
    description: str = ""
    attached: set[tuple[str, str]] = field(default_factory=set)


@dataclass(slots=True)
class PolicyState:
    """A policy of the account's own: its versions by their ids, and the users and groups that have it."""

    versions: dict[str, str]
    default: str = "v1"
    description: str = ""
    made: int = 1
    users: set[str] = field(default_factory=set)
    groups: set[str] = field(default_factory=set)

    @property
    def document(self) -> str:
        """The document of the default version."""
        return self.versions[self.default]


class RamAccount:
    """State and switches of the stand-in; `application(account)` serves it.

    `forbidden` holds the actions that the key may not do, such as `ram:CreateRole`.
    """

    def __init__(self) -> None:
        self.account_id = "1234567890123456"
        self.clock = time.time
        self.gate = Gate((KEY,), self.clock)
        self.journal = Journal()
        self.faults = Faults(KINDS)
        self.forbidden: set[str] = set()
        self.roles: dict[str, RoleState] = {}
        self.policies: dict[str, PolicyState] = {}
        self.asked: list[ReceivedRequest] = []

    def changes(self) -> list[str]:
        """Return the actions that came and were to change something, in order."""
        return [each.action for each in self.asked if each.action not in READING]
