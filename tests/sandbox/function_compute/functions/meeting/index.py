"""A function whose requests wait until as many are under way as their path says."""

import json
import threading
import time

from callevents.invocation import Invocation, Request, Response
from callevents.runtime.handler import FunctionHandler
from callevents.settings.model import Settings


class Meeting:
    def __init__(self) -> None:
        self.arrived = threading.Condition()
        self.count = 0

    def http(self, request: Request, invocation: Invocation) -> Response:
        with self.arrived:
            self.count += 1
            self.arrived.notify_all()
            self.arrived.wait_for(lambda: self.count >= int(request.path.strip("/") or 1), timeout=20)
        time.sleep(0.1)
        content = {
            "headers": dict(request.headers),
            "id": invocation.request_id,
            "query": dict(request.query),
        }
        return Response.json(201, json.dumps(content))

    def event(self, payload: bytes, invocation: Invocation) -> None:
        if payload != b"good":
            raise ValueError("not good")

    def warm(self) -> None: ...


def build(settings: Settings) -> Meeting:
    return Meeting()


function = FunctionHandler(build)
