"""`python -m callevents_build.socket_mode`: the Slack app on this machine, without deploying, over Slack's Socket Mode.

Slack hands each request over on a connection that we opened with the app's own token, so there is no URL and nothing to
sign. The worker runs in this process. Never deployed.
Source: https://docs.slack.dev/apis/events-api/using-socket-mode
"""

import json
import logging
import os
import sys
import time
import uuid
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, closing, contextmanager
from dataclasses import replace
from pathlib import Path
from threading import Event
from typing import TYPE_CHECKING

from callevents.alibabacloud.clients import Clients, terminal_invocation
from callevents.clock import Clocks, Deadline
from callevents.invocation import Credentials, Invocation, Response
from callevents.observability.request_log import RequestLog
from callevents.settings.model import Settings
from callevents.settings.variables import form_of
from callevents.slack.handler import SlackHandler
from callevents.slack.requests.parser import from_payload
from callevents.worker.handler import WorkerHandler
from callevents_build.deploy.dotenv_file import with_dotenv
from callevents_build.deploy.preconditions import DEFAULTS

if TYPE_CHECKING:
    import httpx
    from slack_sdk.socket_mode.builtin import SocketModeClient

PROJECT = Path(__file__).parents[2]
APP_TOKEN, BOT_TOKEN = "SLACK_APP_TOKEN", "SLACK_BOT_TOKEN"
CLOCKS = Clocks(wall=time.time, monotonic=time.monotonic, sleep=time.sleep)
_OK = 200
_log = logging.getLogger(__name__)

Credential = Callable[[], "Credentials | None"]


class App:
    """The functions slack and worker in one process."""

    def __init__(
        self,
        settings: Settings,
        credentials: Credential,
        clocks: Clocks,
        client: "httpx.Client",
        threads: ThreadPoolExecutor,
    ) -> None:
        self._credentials = credentials
        self._clocks = clocks
        self._threads = threads
        here = replace(settings, worker="here")
        self._slack = SlackHandler(here, client=client, queue=lambda _invocation: self)
        self._worker = WorkerHandler(settings, client=client)

    def answer(self, payload: Mapping[str, object], envelope_id: str) -> Response:
        """Answer one request; 200, or 503 where Slack should retry."""
        invocation = self._invocation(envelope_id)
        timestamp = int(invocation.arrived_at)
        return self._slack.handle_verified(
            from_payload(dict(payload)), invocation, timestamp=timestamp, idempotency_key=envelope_id
        )

    def hand_over(
        self,
        payload: bytes,
        task_id: str,
        deadline: Deadline,  # noqa: ARG002 - as queues have it
        *,
        delay: int = 0,  # noqa: ARG002 - alerts only, and none comes in here
    ) -> bool:
        """Run the worker in a thread of its own."""
        self._threads.submit(self._work, payload, task_id)
        return True

    def _work(self, payload: bytes, task_id: str) -> None:
        try:
            self._worker.event(payload, self._invocation(task_id))
        except Exception as error:  # noqa: BLE001 - what failed was logged; nobody else waits for it
            _log.error("the worker gave up: %s", error)

    def _invocation(self, request_id: str) -> Invocation:
        clocks = self._clocks
        return Invocation(
            request_id=request_id or uuid.uuid4().hex,
            arrived_at=clocks.wall(),
            started_at=clocks.monotonic(),
            clocks=clocks,
            request_log=RequestLog(),
            credentials=self._credentials(),
        )


@contextmanager
def open_app(settings: Settings, credentials: Credential, clocks: Clocks = CLOCKS) -> Iterator[App]:
    """Give the app; at the end of the block the worker finishes what it has."""
    with closing(Clients()) as clients, ThreadPoolExecutor(4, thread_name_prefix="worker") as threads:
        yield App(settings, credentials, clocks, clients.http(), threads)


def connect(app: App, settings: Settings, app_token: str) -> "SocketModeClient":
    """Connect to Slack and answer what it sends, until the client is closed. Raises slack_sdk's SlackApiError."""
    from slack_sdk import WebClient
    from slack_sdk.socket_mode.builtin import SocketModeClient
    from slack_sdk.socket_mode.client import BaseSocketModeClient
    from slack_sdk.socket_mode.request import SocketModeRequest
    from slack_sdk.socket_mode.response import SocketModeResponse

    def take(client: BaseSocketModeClient, request: SocketModeRequest) -> None:
        answer = app.answer(request.payload, request.envelope_id)
        if answer.status != _OK:
            return  # what is not acknowledged comes again
        payload = json.loads(answer.body) if answer.body else None
        client.send_socket_mode_response(SocketModeResponse(request.envelope_id, payload))

    client = SocketModeClient(
        app_token, web_client=WebClient(settings.slack_bot_token, base_url=settings.slack_api_url)
    )
    client.socket_mode_request_listeners.append(take)
    client.connect()
    return client


def missing(environ: Mapping[str, str], settings: Settings) -> list[str]:
    """Return a line for each thing that is not set or cannot be used; the values are never shown."""
    found = []
    app_token = environ.get(APP_TOKEN, "").strip()
    if not app_token:
        found.append(
            f"{APP_TOKEN} is not set: xapp-…, with the scope connections:write, from the Slack app's Basic Information;"
            " switch Socket Mode on there, in an app of your own for development"
        )
    elif not app_token.startswith("xapp-"):
        found.append(f"{APP_TOKEN} cannot be used as it is: it must be an app-level token: xapp-…")
    if not settings.slack_bot_token and BOT_TOKEN not in settings.wrong:
        found.append(f"{BOT_TOKEN} is not set: xoxb-…, from the Slack app's OAuth & Permissions")
    if not settings.ccc_instance_id and "CCC_INSTANCE_ID" not in settings.wrong:
        found.append("CCC_INSTANCE_ID is not set: the CCC instance to ask")
    wrong = (f"{name} cannot be used as it is: it must be {form_of(name)}" for name in settings.wrong)
    return [*found, *wrong]


def read_from_kms(environ: Mapping[str, str], settings: Settings) -> tuple[Settings, list[str]]:
    """Return *settings* with the bot token from KMS, and a line if it could not be read."""
    from callevents.settings.secret_refs import read_secrets, resolve

    invocation = terminal_invocation(environ, CLOCKS)
    region = environ.get("DEPLOY_REGION") or DEFAULTS["DEPLOY_REGION"]
    with closing(Clients()) as clients:
        store = clients.secret_store(settings.kms_endpoint, invocation._replace(region=region))
        wanted = settings.references.get(BOT_TOKEN, ())  # the one secret that is of use here
        read = read_secrets(wanted, store.secret, Deadline.after(10.0, CLOCKS.monotonic))
    resolved = resolve(environ, settings, read)
    lines = [f"{each.setting} could not be read from KMS: {each.reason}" for each in resolved.problems]
    return resolved.settings, [line for line in lines if line.startswith(BOT_TOKEN)]


def run(environ: Mapping[str, str], wait: Callable[[], object]) -> int:
    """Serve until *wait* returns; return the exit status."""
    from slack_sdk.errors import SlackClientError

    from callevents.alibabacloud.credentials import resolve

    settings = Settings.from_environ(environ)
    unread: list[str] = []
    if settings.references:
        settings, unread = read_from_kms(environ, settings)
    if problems := unread or missing(environ, settings):
        print(*problems, sep="\n", file=sys.stderr)
        return 2
    with ExitStack() as stack:
        app = stack.enter_context(open_app(settings, lambda: resolve(environ)))
        try:
            client = connect(app, settings, environ[APP_TOKEN].strip())
        except (SlackClientError, OSError) as error:
            response = getattr(error, "response", {})
            reason = response.get("error", "no connection") if hasattr(response, "get") else "no connection"
            print(
                f"Slack refused the connection: {reason}. Is {APP_TOKEN} that of an app with Socket Mode?",
                file=sys.stderr,
            )
            return 1
        stack.callback(client.close)
        print("Connected. Type /callevents in Slack; Ctrl-C ends it.", flush=True)
        try:
            wait()
        except KeyboardInterrupt:
            print()
    return 0


if __name__ == "__main__":
    logging.basicConfig(level=logging.INFO, format="%(levelname)s %(message)s")
    sys.exit(run(with_dotenv(os.environ, PROJECT / ".env"), Event().wait))
