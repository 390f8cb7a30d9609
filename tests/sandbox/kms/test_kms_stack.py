"""The functions in processes of their own, with their secrets in KMS, through every front door."""

from collections.abc import Iterator
from dataclasses import replace

import pytest

from callevents_sandbox.fixtures.samples import sample
from callevents_sandbox.function_compute import Deployment
from callevents_sandbox.stack import Stack, kept_secrets, open_stack

CALL = sample("blind-transfer").job_id
IN_KMS = {
    "SLACK_SIGNING_SECRET": "kms://callevents/slack-signing-secret",
    "SLACK_BOT_TOKEN": "kms://callevents/slack-bot-token",
    "CALLEVENTS_WEBHOOK_SECRET": "kms://callevents/webhook-secret",
    "CALLEVENTS_WEBHOOK_TOKEN": "kms://callevents/webhook-token",
}


@pytest.fixture(name="stack", params=["python3.10", "python3.12"])
def _stack(request: pytest.FixtureRequest) -> Iterator[Stack]:
    """Return a stack in which no function knows a secret but from KMS; in 3.12 the context tells no key."""

    def change(deployment: Deployment) -> Deployment:
        environ = {name: IN_KMS.get(name, value) for name, value in deployment.environ.items()}
        return replace(deployment, environ=environ, context=request.param)

    with open_stack(change=change, ack_timeout=30.0) as stack:
        yield stack


def test_a_command_and_an_alert_are_answered(stack: Stack) -> None:
    shown = stack.command(CALL)
    assert shown.error is None
    assert shown.message is not None

    assert stack.alert("alertmanager-firing-label").status_code == 200
    stack.settle()
    assert [message for message in stack.workspace.messages if message.channel == "C0ALERTS"]

    assert {each.name for each in stack.vault.asked} == {name for name, _ in kept_secrets(stack).values()}
    printed = "".join(outcome.logs for outcome in stack.platform.outcomes)
    assert not any(secret in printed for _, secret in kept_secrets(stack).values())


def test_what_kms_refuses_is_closed(stack: Stack) -> None:
    stack.vault.forbidden.update(name for name, _ in kept_secrets(stack).values())

    assert stack.command(CALL).error is not None
    assert stack.alert("alertmanager-firing-label").status_code == 503

    printed = "".join(outcome.logs for outcome in stack.platform.outcomes)
    assert '"setting": "SLACK_SIGNING_SECRET", "reason": "Forbidden.NoPermission"' in printed
    assert '"why": "secret_unread"' in printed
