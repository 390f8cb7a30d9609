"""RAM's stand-in, judged by the vendor's own SDK: roles and policies from the first to the last day."""

import json
from collections.abc import Iterator
from contextlib import suppress

import pytest
from alibabacloud_ram20150501 import models
from alibabacloud_ram20150501.client import Client
from alibabacloud_tea_openapi.exceptions import ClientException, ServerException
from darabonba.exceptions import UnretryableException

from callevents_sandbox import ram
from callevents_sandbox.alibabacloud.acs3_verifier import AccessKey
from callevents_sandbox.server.faults import Fault
from callevents_sandbox.server.serving import serve
from tests.sandbox.official_sdk import config, fails, refused

TRUST = json.dumps(
    {
        "Version": "1",
        "Statement": [
            {"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": {"Service": ["fc.aliyuncs.com"]}}
        ],
    }
)
NAME = "callevents-slack"


def allowing(action: str) -> str:
    statement = {"Effect": "Allow", "Action": action, "Resource": "*"}
    return json.dumps({"Version": "1", "Statement": [statement]})


@pytest.fixture(name="account")
def _account() -> ram.RamAccount:
    return ram.RamAccount()


@pytest.fixture(name="url")
def _url(account: ram.RamAccount) -> Iterator[str]:
    with serve(ram.application(account)) as url:
        yield url


def sdk(url: str, key: AccessKey = ram.KEY) -> Client:
    return Client(config(url, key))


@pytest.fixture(name="client")
def _client(url: str) -> Client:
    return sdk(url)


def make(client: Client) -> None:
    client.create_role(
        models.CreateRoleRequest(role_name=NAME, assume_role_policy_document=TRUST, description="mine")
    )
    client.create_policy(
        models.CreatePolicyRequest(policy_name=NAME, policy_document=allowing("a:B"), description="too")
    )
    client.attach_policy_to_role(PAIR)


PAIR = models.AttachPolicyToRoleRequest(policy_type="Custom", policy_name=NAME, role_name=NAME)
APART = models.DetachPolicyFromRoleRequest(policy_type="Custom", policy_name=NAME, role_name=NAME)
GET_ROLE = models.GetRoleRequest(role_name=NAME)
GET_POLICY = models.GetPolicyRequest(policy_name=NAME, policy_type="Custom")
VERSIONS = models.ListPolicyVersionsRequest(policy_name=NAME, policy_type="Custom")
DELETE_ROLE = models.DeleteRoleRequest(role_name=NAME)
DELETE_POLICY = models.DeletePolicyRequest(policy_name=NAME)


def test_the_official_sdk_takes_a_role_through_its_whole_life(client: Client) -> None:
    assert refused("EntityNotExist.Role", lambda: client.get_role(GET_ROLE)) == 404
    assert refused("EntityNotExist.Policy", lambda: client.get_policy(GET_POLICY)) == 404

    make(client)

    role = client.get_role(GET_ROLE).body.role
    assert (role.role_name, role.description, role.assume_role_policy_document) == (NAME, "mine", TRUST)
    assert role.arn == f"acs:ram::1234567890123456:role/{NAME}"
    found = client.get_policy(GET_POLICY).body
    assert (found.policy.description, found.policy.default_version, found.policy.attachment_count) == (
        "too", "v1", 1,
    )  # fmt: skip
    assert found.default_policy_version.policy_document == allowing("a:B")
    listed = client.list_policies_for_role(models.ListPoliciesForRoleRequest(role_name=NAME)).body
    assert [(each.policy_type, each.policy_name) for each in listed.policies.policy] == [("Custom", NAME)]
    having = models.ListEntitiesForPolicyRequest(policy_name=NAME, policy_type="Custom")
    assert [each.role_name for each in client.list_entities_for_policy(having).body.roles.role] == [NAME]

    assert refused("EntityAlreadyExists.Role.Policy", lambda: client.attach_policy_to_role(PAIR)) == 409
    assert refused("DeleteConflict.Role.Policy", lambda: client.delete_role(DELETE_ROLE)) == 409
    assert refused("DeleteConflict.Policy.Role", lambda: client.delete_policy(DELETE_POLICY)) == 409

    client.detach_policy_from_role(APART)
    assert refused("EntityNotExist.Role.Policy", lambda: client.detach_policy_from_role(APART)) == 404
    client.delete_role(DELETE_ROLE)
    client.delete_policy(DELETE_POLICY)
    assert refused("EntityNotExist.Role", lambda: client.delete_role(DELETE_ROLE)) == 404
    assert refused("EntityNotExist.Policy", lambda: client.delete_policy(DELETE_POLICY)) == 404


def test_a_policy_has_five_versions_at_most_and_the_oldest_gives_way(client: Client) -> None:
    make(client)

    def version(number: int, **more: object) -> models.CreatePolicyVersionRequest:
        return models.CreatePolicyVersionRequest(
            policy_name=NAME, policy_document=allowing(f"a:B{number}"), **more
        )

    for number in range(2, 6):
        client.create_policy_version(version(number, set_as_default=number == 3))
    assert refused("LimitExceeded.Policy.Version", lambda: client.create_policy_version(version(6))) == 409
    rotating = "DeleteOldestNonDefaultVersionWhenLimitExceeded"
    client.create_policy_version(version(6, set_as_default=True, rotate_strategy=rotating))

    listed = client.list_policy_versions(VERSIONS).body.policy_versions.policy_version
    assert [(each.version_id, each.is_default_version) for each in listed] == [
        ("v2", False), ("v3", False), ("v4", False), ("v5", False), ("v6", True),
    ]  # fmt: skip
    assert client.get_policy(GET_POLICY).body.default_policy_version.policy_document == allowing("a:B6")

    client.detach_policy_from_role(APART)
    assert refused("DeleteConflict.Policy.Version", lambda: client.delete_policy(DELETE_POLICY)) == 409
    gone = models.DeletePolicyVersionRequest(policy_name=NAME, version_id="v6")
    assert refused("DeleteConflict.Policy.Version.Default", lambda: client.delete_policy_version(gone)) == 409
    for number in range(2, 6):
        gone = models.DeletePolicyVersionRequest(policy_name=NAME, version_id=f"v{number}")
        client.delete_policy_version(gone)
    assert refused("EntityNotExist.Policy.Version", lambda: client.delete_policy_version(gone)) == 404
    client.delete_policy(DELETE_POLICY)


def test_who_may_take_a_role_can_be_changed(client: Client) -> None:
    make(client)
    trust = TRUST.replace("fc.", "ecs.")

    client.update_role(models.UpdateRoleRequest(role_name=NAME, new_assume_role_policy_document=trust))

    assert client.get_role(GET_ROLE).body.role.assume_role_policy_document == trust


@pytest.mark.parametrize(
    ("request_", "status", "code"),
    [
        (models.CreateRoleRequest(role_name=NAME, assume_role_policy_document=TRUST), 409, "EntityAlreadyExists.Role"),
        (models.CreateRoleRequest(assume_role_policy_document=TRUST), 400, "MissingRoleName"),
        (
            models.CreateRoleRequest(role_name="call events", assume_role_policy_document=TRUST),
            400, "InvalidParameter.RoleName.InvalidChars",
        ),
        (
            models.CreateRoleRequest(role_name="a", assume_role_policy_document="{}"),
            400, "MalformedAssumeRolePolicyDocument",
        ),
        (
            models.CreateRoleRequest(role_name="a", assume_role_policy_document=TRUST, description="x" * 1025),
            400, "InvalidParameter.Description.Length",
        ),
    ],
)  # fmt: skip
def test_a_role_that_cannot_be_is_refused(
    request_: models.CreateRoleRequest, status: int, code: str, client: Client
) -> None:
    make(client)

    assert refused(code, lambda: client.create_role(request_)) == status


@pytest.mark.parametrize(
    ("document", "code"),
    [
        (allowing("a:B"), "EntityAlreadyExists.Policy"),
        ("{", "MalformedPolicyDocument"),
        (allowing("a" * 6144), "InvalidParameter.PolicyDocument.Length"),
    ],
)
def test_a_policy_that_cannot_be_is_refused(document: str, code: str, client: Client) -> None:
    make(client)

    asked = models.CreatePolicyRequest(policy_name=NAME, policy_document=document)
    assert refused(code, lambda: client.create_policy(asked)) in {400, 409}


def test_only_the_accounts_own_key_is_let_in(url: str) -> None:
    wrong, unknown = AccessKey(ram.KEY.id, "wrong"), AccessKey("LTAInobody", "x")

    assert refused("SignatureDoesNotMatch", lambda: sdk(url, wrong).get_role(GET_ROLE)) == 400
    assert refused("InvalidAccessKeyId.NotFound", lambda: sdk(url, unknown).get_role(GET_ROLE)) == 404


def test_an_action_that_the_key_may_not_do_is_refused(account: ram.RamAccount, client: Client) -> None:
    account.forbidden.add("ram:CreateRole")

    assert refused("NoPermission", lambda: make(client)) == 403
    assert account.roles == {}


@pytest.mark.parametrize(
    ("kind", "error", "code"),
    [
        ("refuse", ClientException, "NoPermission"),
        ("throttled", ClientException, "Throttling.User"),
        ("unavailable", ServerException, "ServiceUnavailable"),
        ("token_expired", ClientException, "InvalidSecurityToken.Expired"),
    ],
)
def test_the_official_sdk_understands_the_failures(
    kind: str, error: type[ClientException], code: str, account: ram.RamAccount, client: Client
) -> None:
    account.faults.add(Fault(kind, times=None))

    fails(error, code, lambda: make(client))
    assert account.roles == {}


def test_an_answer_may_be_lost_after_the_work_was_done(account: ram.RamAccount, client: Client) -> None:
    account.faults.add(Fault("lost", times=None, match="CreateRole"))

    with suppress(ServerException, ClientException, UnretryableException):
        make(client)

    assert list(account.roles) == [NAME]
    assert account.changes()[0] == "CreateRole"
