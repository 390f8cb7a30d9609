"""The runtime's loop inside an instance: loads the handler, then answers one request after the other.

Runs as a script in a process of its own, with the standard library only: `runtime.py CHANNEL FOLDER HANDLER`. CHANNEL
is a socket that carries frames: four bytes of length (big-endian), then JSON; bytes travel as base64.
"""

import base64
import importlib.util
import io
import json
import logging
import os
import socket
import struct
import sys
import traceback
from collections.abc import Callable
from types import ModuleType, SimpleNamespace
from typing import Any


class Channel:
    """Frames over a socket."""

    def __init__(self, sock: socket.socket) -> None:
        self.file = sock.makefile("rwb")

    def read(self) -> dict[str, Any]:
        """Return the next message, or end the process when there will be none."""
        head = self.file.read(4)
        if len(head) < 4:  # noqa: PLR2004 - the length of the length
            os._exit(0)
        message: dict[str, Any] = json.loads(self.file.read(struct.unpack(">I", head)[0]))
        return message

    def write(self, message: dict[str, Any]) -> None:
        """Send *message*."""
        body = json.dumps(message).encode()
        self.file.write(struct.pack(">I", len(body)) + body)
        self.file.flush()


def load(folder: str, handler: str) -> tuple[ModuleType, Callable[..., Any]]:
    """Return the module and the function that *handler* (`path/module.function`) names in *folder*."""
    name, _, function = handler.rpartition(".")
    path = f"{folder}/{name}.py"
    spec = importlib.util.spec_from_file_location(name, path)
    if spec is None or spec.loader is None:
        raise ImportError(path)
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    spec.loader.exec_module(module)
    return module, getattr(module, function)


def context_of(document: dict[str, Any]) -> SimpleNamespace:
    """Return the context object with the attributes of *document*; its logger is None, as at concurrency 1."""
    made = {name: SimpleNamespace(**v) if isinstance(v, dict) else v for name, v in document.items()}
    return SimpleNamespace(**made, logger=None)


def as_bytes(result: object) -> bytes:
    """Return what a handler returned as the platform passes it on."""
    if isinstance(result, bytes):
        return result
    if isinstance(result, str):
        return result.encode()
    return json.dumps(result, indent=4, sort_keys=True).encode()


def call_wsgi(
    handler: Callable[..., Any], request: dict[str, Any], context: SimpleNamespace
) -> dict[str, Any]:
    """Call *handler* as FC 2.0 calls that of an HTTP trigger; return status, headers and body."""
    started: dict[str, Any] = {}

    def start_response(status: str, headers: list[tuple[str, str]], exc_info: object = None) -> None:  # noqa: ARG001 - WSGI's own
        started["status"] = int(status.split(" ", 1)[0])
        started["headers"] = [[name, value] for name, value in headers]

    environ: dict[str, Any] = {**os.environ, **request["environ"], "fc.context": context}
    environ["wsgi.input"] = io.BytesIO(base64.b64decode(request["body"]))
    environ["wsgi.errors"] = sys.stderr
    body = b"".join(handler(environ, start_response))
    return {**started, "body": base64.b64encode(body).decode()}


def answer(module: ModuleType, handler: Callable[..., Any], request: dict[str, Any]) -> dict[str, Any]:
    """Return the reply to *request*: {"result": …}, {"wsgi": …} or {"error": …}."""
    try:
        context = context_of(request["context"])
        if request["do"] == "initialize":
            getattr(module, request["function"])(context)
            return {"result": ""}
        if request["do"] == "wsgi":
            return {"wsgi": call_wsgi(handler, request, context)}
        result = handler(base64.b64decode(request["event"]), context)
        return {"result": base64.b64encode(as_bytes(result)).decode()}
    except Exception as error:  # noqa: BLE001 - whatever a function raises, the platform reports
        # The real loader writes the event to the log as well: a function must not let this happen.
        shown = (
            base64.b64decode(request.get("event", "")) if request["do"] == "event" else request.get("environ")
        )
        print("invoke failed:", traceback.format_exc(), "event:", shown, flush=True)
        return {"error": failure(error)}


def failure(error: Exception) -> dict[str, Any]:
    """Return *error* as the platform reports it to the caller."""
    return {
        "errorMessage": str(error),
        "errorType": type(error).__name__,
        "stackTrace": traceback.format_exception(type(error), error, error.__traceback__),
    }


def main() -> None:
    """Load the handler, say so, and serve."""
    os.setpgid(0, 0)  # not the terminal's Ctrl-C; and a hang-up, even when frozen, should the sandbox die
    channel = Channel(socket.socket(fileno=int(sys.argv[1])))
    folder, handler_name = sys.argv[2:4]
    sys.path.insert(0, folder)
    logging.basicConfig(
        level=logging.INFO, stream=sys.stdout, format="%(asctime)s [%(levelname)s] %(message)s"
    )
    try:
        module, handler = load(folder, handler_name)
    except Exception as error:  # noqa: BLE001 - the platform reports it to the caller
        traceback.print_exc()
        channel.write({"error": failure(error)})
        return
    channel.write({"result": ""})
    while True:
        reply = answer(module, handler, channel.read())
        sys.stdout.flush()
        sys.stderr.flush()
        channel.write(reply)


if __name__ == "__main__":
    main()
