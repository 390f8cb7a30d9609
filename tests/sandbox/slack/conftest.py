"""A workspace with its server, and an app at the other end."""

import asyncio
import json
from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import parse_qsl

import pytest
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError
from slack_sdk.signature import SignatureVerifier
from slack_sdk.webhook import WebhookClient
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from callevents_sandbox.server.serving import serve
from callevents_sandbox.slack import App, Sender, Workspace, application

Answer = Callable[[dict[str, Any]], Response]
SECTION = {"type": "section", "text": {"type": "mrkdwn", "text": "*hello*"}}


class Application:
    """An app at the other end: keeps what Slack sent, if it is signed, and answers with `answer`."""

    def __init__(self) -> None:
        self.answer: Answer = lambda given: Response()
        self.got: list[dict[str, Any]] = []
        self.headers: list[dict[str, str]] = []

    async def __call__(self, request: Request) -> Response:
        body = (await request.body()).decode()
        headers = dict(request.headers)
        assert SignatureVerifier(App().signing_secret).is_valid_request(body, headers)
        if headers["content-type"] == "application/json":
            given = json.loads(body)
        else:
            form = dict(parse_qsl(body, keep_blank_values=True))
            given = json.loads(form["payload"]) if "payload" in form else form
        self.got.append(given)
        self.headers.append(headers)
        return await asyncio.to_thread(self.answer, given)


class Scene:
    """A workspace, its server, an app, and the sender between them."""

    def __init__(self, app: Application, app_url: str) -> None:
        self.app = app
        self.now = 1_800_000_000.0
        self.workspace = Workspace(clock=self.clock)
        self.url = ""
        self.sender = Sender(self.workspace, app_url, "")

    def clock(self) -> float:
        import time

        return time.time() + self.now - 1_800_000_000.0

    def client(self, token: str | None = None) -> WebClient:
        return WebClient(
            token or self.workspace.app.bot_token, base_url=f"{self.url}/api/", retry_handlers=[]
        )


@pytest.fixture(scope="module")
def application_() -> Iterator[tuple[Application, str]]:
    app = Application()
    with serve(Starlette(routes=[Route("/", app.__call__, methods=["POST"])])) as url:
        yield app, f"{url}/"


@pytest.fixture
def scene(application_: tuple[Application, str]) -> Iterator[Scene]:
    app, app_url = application_
    app.__init__()  # type: ignore[misc]  # as new for each test
    scene = Scene(app, app_url)
    with serve(application(scene.workspace)) as url:
        scene.url = scene.sender.slack_url = url
        yield scene


def refused(call: Callable[[], Any]) -> str:
    with pytest.raises(SlackApiError) as caught:
        call()
    return str(caught.value.response["error"])


def respond(scene: Scene, **message: Any) -> tuple[int, str]:
    """Post *message* to the response_url that the app got last."""
    answer = WebhookClient(scene.app.got[-1]["response_url"]).send_dict(message)
    return answer.status_code, answer.body
