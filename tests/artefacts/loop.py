"""Function Compute's loop for one instance, on an interpreter that sees the artefact and nothing else.

Run as `python -I -S -B loop.py FOLDER`, with a JSON list of calls on stdin; prints a JSON report as its last line.
"""

import base64
import importlib.util
import io
import json
import sys
import types
from pathlib import Path
from typing import Any


class Context:
    """The context of python3.10: credentials and all."""

    def __init__(self, *, credentials: bool) -> None:
        self.request_id = "1-of-the-context"
        self.account_id = "1234567890123456"
        self.region = "cn-hongkong"
        self.function = types.SimpleNamespace(name="f", handler="index.handler", memory=512, timeout=5)
        self.service = types.SimpleNamespace(name="", qualifier="LATEST", log_project="", log_store="")
        self.logger = None
        if credentials:
            self.credentials = types.SimpleNamespace(
                access_key_id="STS.id",
                access_key_secret="secret-of-the-role",
                security_token="token-of-the-role",
            )


def load(folder: str) -> Any:
    sys.path.insert(0, folder)
    spec = importlib.util.spec_from_file_location("index", folder + "/index.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules["index"] = module
    spec.loader.exec_module(module)
    return module


def answer(module: Any, call: dict[str, Any]) -> Any:
    context = Context(credentials=call.get("credentials", True))
    how = call["as"]
    if how == "initialize":
        return module.initialize(context)
    if how == "wsgi":
        body = base64.b64decode(call["body"])
        environ = {**call["environ"], "wsgi.input": io.BytesIO(body), "fc.context": context}
        started: list[Any] = []
        chunks = module.handler(environ, lambda status, headers: started.append((status, headers)))
        (status, headers), *_ = started
        return {"status": status, "headers": headers, "body": b"".join(chunks).decode()}
    event = base64.b64decode(call["event"])
    return json.loads(json.dumps(module.handler(event, context), sort_keys=True))


def outcome(module: Any, call: dict[str, Any]) -> dict[str, Any]:
    try:
        return {"answer": answer(module, call)}
    except BaseException as error:  # noqa: BLE001 - as Function Compute's own loop does
        return {"errorType": type(error).__name__, "errorMessage": str(error)}


def main() -> None:
    folder = sys.argv[1]
    module = load(folder)
    at_start = sorted(sys.modules)
    results = [outcome(module, call) for call in json.load(sys.stdin)]
    at_end = sorted(sys.modules)
    foreign, uncompiled = [], []
    for name, loaded in sorted(sys.modules.items()):
        path = getattr(loaded, "__file__", None)
        if path is None or name == "__main__":
            continue
        if not path.startswith((f"{folder}/", sys.base_prefix, "<frozen")):
            foreign.append(name)
        if path.startswith(f"{folder}/") and path.endswith(".py"):
            cached = getattr(loaded, "__cached__", None)
            if cached is None or not Path(cached).is_file():
                uncompiled.append(name)
    report = {
        "results": results,
        "foreign": foreign,
        "uncompiled": uncompiled,
        "at_start": at_start,
        "at_end": at_end,
    }
    sys.stdout.write(json.dumps(report) + "\n")


main()
