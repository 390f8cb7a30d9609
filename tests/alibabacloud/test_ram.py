"""Our own client of RAM and STS against the stand-in that the vendor's SDK accepts."""

from collections.abc import Callable, Iterator
from contextlib import suppress

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from callevents.alibabacloud.outbound import Outbound
from callevents.alibabacloud.ram import AccessManagement, Attached, Policy, Role
from callevents.alibabacloud.rpc import MAX_ATTEMPTS
from callevents.alibabacloud.rpc_response import RpcError, RpcErrorKind
from callevents.alibabacloud.sts import Caller, caller
from callevents.errors import CredentialsMissing
from callevents.invocation import Credentials
from callevents_sandbox import ram
from callevents_sandbox.server.faults import Fault
from callevents_sandbox.server.serving import serve
from tests.clocks import FakeClock
from tests.examples import examples

TRUST = '{"Version":"1","Statement":[{"Effect":"Allow","Action":"sts:AssumeRole"}]}'
FIRST = '{"Version":"1","Statement":[{"Effect":"Allow","Action":"a:B","Resource":"*"}]}'
SECOND = FIRST.replace("a:B", "a:C")
ROLE = Role("callevents-slack", "makes + and & ü 密钥", TRUST)
POLICY = Policy("callevents-slack", "its policy", FIRST)
KEY = Credentials(ram.KEY.id, ram.KEY.secret)


@pytest.fixture(name="account")
def _account() -> ram.RamAccount:
    return ram.RamAccount()


@pytest.fixture(name="url")
def _url(account: ram.RamAccount) -> Iterator[str]:
    with serve(ram.application(account)) as url:
        yield url


@pytest.fixture(name="access")
def _access(url: str, outbound: Outbound, time: FakeClock, account: ram.RamAccount) -> AccessManagement:
    account.gate.clock = lambda: time.now
    return AccessManagement(outbound, KEY, url)


def test_a_role_and_its_policy_are_made_read_changed_and_deleted(
    access: AccessManagement, account: ram.RamAccount
) -> None:
    assert (access.role(ROLE.name), access.policy(POLICY.name)) == (None, None)
    assert (access.policies_of(ROLE.name), access.holders_of(POLICY.name)) == ([], [])

    assert access.create_role(ROLE)
    assert access.create_policy(POLICY)
    access.attach(POLICY.name, ROLE.name)

    assert access.role(ROLE.name) == ROLE
    assert access.policy(POLICY.name) == POLICY
    assert access.policies_of(ROLE.name) == [Attached(POLICY.name, "Custom")]
    assert access.holders_of(POLICY.name) == [ROLE.name]

    access.update_trust(ROLE.name, TRUST.replace("Allow", "Deny"))
    access.update_policy(POLICY.name, SECOND)
    assert access.role(ROLE.name) == ROLE._replace(trust=TRUST.replace("Allow", "Deny"))
    assert access.policy(POLICY.name) == POLICY._replace(document=SECOND)

    access.detach(POLICY.name, ROLE.name)
    access.delete_role(ROLE.name)
    access.delete_policy(POLICY.name)
    assert (account.roles, account.policies) == ({}, {})


def test_what_was_done_already_is_no_error(access: AccessManagement) -> None:
    for _ in range(2):
        access.detach(POLICY.name, ROLE.name)
        access.delete_role(ROLE.name)
        access.delete_policy(POLICY.name)
    assert (access.create_role(ROLE), access.create_role(ROLE)) == (True, False)
    assert (access.create_policy(POLICY), access.create_policy(POLICY)) == (True, False)
    for _ in range(2):
        access.attach(POLICY.name, ROLE.name)


def test_a_policy_can_be_renewed_for_ever(access: AccessManagement, account: ram.RamAccount) -> None:
    access.create_policy(POLICY)
    for number in range(9):
        access.update_policy(POLICY.name, FIRST.replace("a:B", f"a:B{number}"))

    assert account.policies[POLICY.name].document == FIRST.replace("a:B", "a:B8")
    assert len(account.policies[POLICY.name].versions) == ram.account.MAX_VERSIONS

    access.delete_policy(POLICY.name)
    assert account.policies == {}


@pytest.mark.parametrize("kind", ["reset", "lost", "cut_off"])
def test_an_answer_that_is_lost_is_asked_for_again_and_nothing_is_made_twice(
    kind: str, access: AccessManagement, account: ram.RamAccount
) -> None:
    account.faults.add(Fault(kind, match="CreateRole"))

    made = False
    with suppress(RpcError):  # an answer that is cut off cannot be read
        made = access.create_role(ROLE)

    assert not made
    assert access.role(ROLE.name) == ROLE


@pytest.mark.parametrize(
    ("fault", "kind"),
    [
        (Fault("refuse", times=None), RpcErrorKind.REFUSED),
        (Fault("throttled", times=None), RpcErrorKind.THROTTLED),
        (Fault("unavailable", times=None), RpcErrorKind.UNAVAILABLE),
        (Fault("internal_error", times=None), RpcErrorKind.UNAVAILABLE),
        (Fault("bad_gateway", times=None), RpcErrorKind.UNAVAILABLE),
        (Fault("not_json", times=None), RpcErrorKind.UNREADABLE),
        (Fault("not_object", times=None), RpcErrorKind.UNREADABLE),
        (Fault("truncated", times=None), RpcErrorKind.UNREADABLE),
        (Fault("wrong_types", times=None), RpcErrorKind.UNREADABLE),
        (Fault("token_expired", times=None), RpcErrorKind.REFUSED),
    ],
)
def test_each_failure_is_named(
    fault: Fault, kind: RpcErrorKind, access: AccessManagement, account: ram.RamAccount
) -> None:
    account.roles[ROLE.name] = ram.RoleState(TRUST)
    account.faults.add(fault)

    with pytest.raises(RpcError) as caught:
        access.role(ROLE.name)

    assert caught.value.kind is kind
    assert access.action == "GetRole"
    retried = kind in {RpcErrorKind.THROTTLED, RpcErrorKind.UNAVAILABLE}
    assert len(account.asked) == (MAX_ATTEMPTS if retried else 1)


def test_without_a_key_nothing_is_asked(url: str, outbound: Outbound, account: ram.RamAccount) -> None:
    with pytest.raises(CredentialsMissing):
        AccessManagement(outbound, None, url).role("a")
    with pytest.raises(CredentialsMissing):
        caller(outbound, None, url)
    assert account.asked == []


def test_it_is_known_whose_key_it_is(
    url: str, outbound: Outbound, account: ram.RamAccount, time: FakeClock
) -> None:
    account.gate.clock = lambda: time.now
    account.account_id = "1029384756102938"

    assert caller(outbound, KEY, url) == Caller("1029384756102938", "acs:ram::1029384756102938:user/deployer")


@examples(60)
@given(
    body=st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(max_size=8),
        lambda inner: (
            st.lists(inner, max_size=3)
            | st.dictionaries(
                st.sampled_from(
                    ["Role", "Policy", "DefaultPolicyVersion", "Policies", "PolicyVersions", "Users"]
                )
                | st.sampled_from(["User", "PolicyVersion", "Description", "AccountId", "Arn", "VersionId"]),
                inner,
                max_size=4,
            )
        ),
        max_leaves=12,
    )
)
def test_whatever_comes_is_read_or_is_our_error(body: object) -> None:
    time = FakeClock()
    content = {"RequestId": "1", **body} if isinstance(body, dict) else body

    def answer(_request: httpx.Request) -> httpx.Response:
        return httpx.Response(200, json=content)

    with httpx.Client(transport=httpx.MockTransport(answer)) as client:
        outbound, url = Outbound(client, time.clocks), "http://127.0.0.1:1"
        access = AccessManagement(outbound, KEY, url)
        asks: list[Callable[[], object]] = [
            lambda: access.role("a"), lambda: access.policy("a"), lambda: access.policies_of("a"),
            lambda: access.holders_of("a"), lambda: access.delete_policy("a"),
            lambda: caller(outbound, KEY, url),
        ]  # fmt: skip
        for ask in asks:
            with suppress(RpcError):
                ask()
