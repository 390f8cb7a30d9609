"""The whole system on one machine: contact center, Function Compute, KMS and Slack, with one set of secrets."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import httpx

from callevents.settings.variables import FUNCTIONS
from callevents_sandbox import ccc, function_compute, kms, slack
from callevents_sandbox.alibabacloud.acs3_verifier import AccessKey
from callevents_sandbox.fixtures import alerts
from callevents_sandbox.fixtures.alert_delivery import deliver
from callevents_sandbox.fixtures.recent import recent_calls
from callevents_sandbox.fixtures.samples import Sample, sample, samples, under
from callevents_sandbox.function_compute import Deployment, FunctionCompute
from callevents_sandbox.server.journal import Journal
from callevents_sandbox.server.serving import KEEP_ALIVE_SECONDS, serve
from callevents_sandbox.slack import Assistant, Sender, Shown, Workspace
from callevents_sandbox.slack.workspace import ACK_TIMEOUT_SECONDS

ROOT = Path(__file__).resolve().parents[2]
INSTANCE = "ccc-test"
# The calls that the sample alerts speak of.
ALERTED = {
    "job-468a63a2-1111-4222-8333-b1ecf726d4be": "abandoned-in-queue",
    "job-0b9d7c54-2222-4333-8444-5f0e6a1c9d21": "agent-no-answer",
    "job-f3e1a770-3333-4444-8555-77aa09b1c2d3": "queue-timeout",
    "job-28391234-x7k2p": "hold-and-mute",
}
WEBHOOK_SECRET = "sandbox-webhook-secret-5b0c7d21"  # noqa: S105 - the sandbox's own
WEBHOOK_TOKEN = "sandbox-webhook-token-9e4f1a63"  # noqa: S105 - the sandbox's own
ROLE = AccessKey("STS.NSandboxRole", "sandbox-role-secret", "CAISrole+token/with=signs")

# What the vault calls the settings that may name it; functions/<function>/kms-policy.json allow these.
SECRET_NAMES = {
    "SLACK_SIGNING_SECRET": "callevents/slack-signing-secret",
    "SLACK_BOT_TOKEN": "callevents/slack-bot-token",
    "CALLEVENTS_WEBHOOK_SECRET": "callevents/webhook-secret",
    "CALLEVENTS_WEBHOOK_TOKEN": "callevents/webhook-token",
}

Change = Callable[[Deployment], Deployment]


@dataclass(frozen=True, slots=True)
class Stack:
    """Four running servers and three functions."""

    center: ccc.ContactCenter
    platform: FunctionCompute
    workspace: Workspace
    vault: kms.SecretVault
    sender: Sender
    assistant: Assistant
    journal: Journal
    ccc_url: str
    fc_url: str
    kms_url: str
    slack_url: str
    samples: tuple[Sample, ...] = field(default_factory=samples)

    @property
    def secrets(self) -> tuple[str, ...]:
        """The sandbox's own secrets, hidden wherever people look."""
        app = self.workspace.app
        own = (app.signing_secret, app.bot_token, app.verification_token)
        senders = (WEBHOOK_SECRET, WEBHOOK_TOKEN, alerts.basic(WEBHOOK_TOKEN))
        return (*own, *senders, alerts.SAMPLE_SECRET, alerts.SAMPLE_TOKEN, ROLE.secret, ROLE.token or "")

    @property
    def request_url(self) -> str:
        """Where Slack sends everything."""
        return self.sender.request_url

    @property
    def webhook_url(self) -> str:
        """Where alert senders send to, without a slash at the end."""
        return f"{self.fc_url}/http/{name_of('webhook')}"

    def command(
        self, text: str, *, user: str = "U0MEI", channel: str = "C0SUPPORT", age: float = 0.0
    ) -> Shown:
        """Type `/callevents TEXT` in Slack; what Slack shows at once (the worker may still be at it: `settle`)."""
        return self.sender.command(text, user=user, channel=channel, age=age)

    def alert(self, name: str, *, query: str = "") -> httpx.Response:
        """Send the sample alert called *name* to the webhook; KeyError if there is none."""
        sample = alerts.about(alerts.sample(name), INSTANCE)
        prepared = alerts.prepare(sample, WEBHOOK_SECRET, WEBHOOK_TOKEN, self.platform.clock())
        return deliver(self.journal, prepared, self.webhook_url, query)

    def settle(self, seconds: float = 30.0) -> None:
        """Wait until the worker has nothing left to do; TimeoutError after *seconds*."""
        self.platform.settle(seconds)


@contextmanager
def open_stack(
    *,
    folder: Path | None = None,
    environ: Mapping[str, str] | None = None,
    change: Change = lambda deployment: deployment,
    ack_timeout: float = ACK_TIMEOUT_SECONDS,
    keep_alive: int = KEEP_ALIVE_SECONDS,
) -> Iterator[Stack]:
    """Start everything on free ports of this machine, and end it with the block.

    *folder* holds the functions (`ROOT / "functions"`, or `ROOT / "build"` for the artefacts); *environ* is set in all
    of them, over the stack's own; *change* may alter a deployment before it is deployed (fc2, base64, timeout, …);
    *ack_timeout* is how many seconds Slack waits, *keep_alive* after how many the servers close an idle connection.
    """
    journal = Journal()
    center = ccc.ContactCenter(
        keys=(ccc.KEY, ccc.TEMPORARY_KEY, ROLE), instances=(INSTANCE,), journal=journal
    )
    for job_id, name in ALERTED.items():
        center.add(under(sample(name), job_id))
    for records in recent_calls(center.clock()):
        center.add(records)
    platform = FunctionCompute(keys=(ROLE,), journal=journal)
    workspace = Workspace(ack_timeout=ack_timeout, journal=journal)
    vault = kms.SecretVault(keys=(ROLE,), journal=journal)
    with ExitStack() as exits:
        exits.callback(platform.close)
        ccc_url, fc_url, kms_url, slack_url = (
            exits.enter_context(serve(application, keep_alive=keep_alive))
            for application in (
                ccc.application(center),
                function_compute.application(platform),
                kms.application(vault),
                slack.application(workspace),
            )
        )
        app_url = f"{fc_url}/http/{name_of('slack')}/"
        sender, assistant = Sender(workspace, app_url, slack_url), Assistant(workspace, f"{app_url}mcp")
        stack = Stack(
            center,
            platform,
            workspace,
            vault,
            sender,
            assistant,
            journal,
            ccc_url,
            fc_url,
            kms_url,
            slack_url,
        )
        vault.put_all(dict(kept_secrets(stack).values()))
        for function in FUNCTIONS:
            platform.deploy(change(deployment(stack, function, folder or ROOT / "functions", environ or {})))
        yield stack


def deployment(stack: Stack, function: str, folder: Path, environ: Mapping[str, str]) -> Deployment:
    """Return how *function* (slack, webhook, worker) is deployed in *stack*."""
    trigger = function != "worker"
    return Deployment(
        name=name_of(function),
        folder=folder / function,
        environ={**environment(stack, function), **environ},
        timeout={"slack": 5.0, "webhook": 10.0, "worker": 60.0}[function],
        credentials=ROLE,
        trigger=trigger,
        methods=("POST", "PUT") if function == "webhook" else ("POST",),
        max_async_retry_attempts=1,
        retry_delays=(0.2,),
    )


def environment(stack: Stack, function: str) -> dict[str, str]:
    """Return the settings with which *function* finds the servers of *stack*."""
    app = stack.workspace.app
    common = {
        "SLACK_BOT_TOKEN": app.bot_token,
        "SLACK_API_URL": f"{stack.slack_url}/api/",
        "SLACK_RESPONSE_URL_HOSTS": "127.0.0.1",
        "CCC_INSTANCE_ID": INSTANCE,
        "CCC_ENDPOINT": stack.ccc_url,
        "CALLEVENTS_FC_ENDPOINT": stack.fc_url,
        "CALLEVENTS_KMS_ENDPOINT": stack.kms_url,
        "CALLEVENTS_CHANNEL": "C0ALERTS",
        "CALLEVENTS_CHANNELS": "C0SUPPORT",
    }
    if function == "slack":
        return common | {"SLACK_SIGNING_SECRET": app.signing_secret, "CALLEVENTS_WORKER": name_of("worker")}
    if function == "webhook":
        own = {"CALLEVENTS_WEBHOOK_SECRET": WEBHOOK_SECRET, "CALLEVENTS_WEBHOOK_TOKEN": WEBHOOK_TOKEN}
        return common | own | {"CALLEVENTS_WORKER": name_of("worker")}
    return common


def kept_secrets(stack: Stack) -> dict[str, tuple[str, str]]:
    """Return what the vault holds for each setting that may name it: the name of the secret, and its text."""
    texts = {
        "SLACK_SIGNING_SECRET": stack.workspace.app.signing_secret,
        "SLACK_BOT_TOKEN": stack.workspace.app.bot_token,
        "CALLEVENTS_WEBHOOK_SECRET": WEBHOOK_SECRET,
        "CALLEVENTS_WEBHOOK_TOKEN": WEBHOOK_TOKEN,
    }
    return {setting: (SECRET_NAMES[setting], text) for setting, text in texts.items()}


def name_of(function: str) -> str:
    """Return the name under which *function* is deployed."""
    return f"callevents-{function}"
