"""The policies beside the functions: a role may do what its function does, and no more."""

import json

import pytest

from callevents.settings.variables import FUNCTIONS
from callevents_build.artefact.build import PROJECT

CCC_ACTIONS = {"ccc:ListNotificationRecords", "ccc:GetCallDetailRecord", "ccc:ListCallDetailRecordsV2"}
# A role may do this and no more. Function Compute writes a function's log with the function's own role.
ACTIONS = {
    "slack": {*CCC_ACTIONS, "fc:InvokeFunction", "log:PostLogStoreLogs"},
    "webhook": {"fc:InvokeFunction", "log:PostLogStoreLogs"},
    "worker": {*CCC_ACTIONS, "fc:InvokeFunction", "log:PostLogStoreLogs"},
}
KMS_SECRETS = {
    "slack": {"slack-signing-secret", "slack-bot-token"},
    "webhook": {"webhook-secret", "webhook-token"},
    "worker": {"slack-bot-token"},
}


@pytest.mark.parametrize("function", FUNCTIONS)
def test_a_role_may_do_what_its_function_does_and_no_more(function: str) -> None:
    policy = json.loads((PROJECT / "functions" / function / "policy.json").read_text("utf-8"))
    actions = [each["Action"] for each in policy["Statement"]]

    assert {name for each in actions for name in ([each] if isinstance(each, str) else each)} == ACTIONS[
        function
    ]


@pytest.mark.parametrize("function", FUNCTIONS)
def test_a_role_writes_its_own_logs_only(function: str) -> None:
    """`logConfig: auto` makes this project and this logstore.

    https://www.alibabacloud.com/help/en/functioncompute/fc/user-guide/configure-the-logging-feature-1
    """
    policy = json.loads((PROJECT / "functions" / function / "policy.json").read_text("utf-8"))
    logs = [each["Resource"] for each in policy["Statement"] if each["Action"].startswith("log:")]

    assert logs == ["acs:log:*:*:project/serverless-*/logstore/default-logs"]


def test_the_trust_policy_lets_function_compute_alone_take_the_roles() -> None:
    trust = json.loads((PROJECT / "functions/trust-policy.json").read_text())

    (statement,) = trust["Statement"]
    assert statement["Action"] == "sts:AssumeRole"
    assert statement["Principal"] == {"Service": ["fc.aliyuncs.com"]}


@pytest.mark.parametrize("function", KMS_SECRETS)
def test_the_role_that_reads_from_kms_may_read_its_own_secrets_and_no_other(function: str) -> None:
    policy = json.loads((PROJECT / "functions" / function / "kms-policy.json").read_text())

    reading, decrypting = policy["Statement"]
    assert (reading["Action"], decrypting["Action"]) == ("kms:GetSecretValue", "kms:Decrypt")
    assert set(reading["Resource"]) == {
        f"acs:kms:*:*:secret/callevents/{name}" for name in KMS_SECRETS[function]
    }
    assert decrypting["Resource"].startswith("acs:kms:*:*:key/")
    assert "*" not in decrypting["Resource"].rpartition("/")[2]
