"""Shows what it was given, and misbehaves when it is told to."""

import json
import logging
import os
import sys
import threading
import time
from typing import Any

STARTED: list[str] = []
TICKS: list[int] = []


def initialize(context: Any) -> None:
    STARTED.append(context.request_id)


def handler(event: bytes, context: Any) -> object:
    text = event.decode()
    order = next(
        (
            word
            for word in ("raise", "exit", "sleep", "nap", "spawn", "text", "nothing")
            if f"do-{word}" in text
        ),
        "",
    )
    sys.stderr.write(f"handling {order}\n")
    logging.getLogger().info("with a log line")
    if order == "raise":
        raise RuntimeError("oops: a secret")
    if order == "exit":
        os._exit(1)
    if order == "sleep":
        time.sleep(30)
    if order == "nap":
        time.sleep(0.2)
    if order == "spawn":
        threading.Thread(target=tick, daemon=True).start()
    if order == "text":
        return "only text"
    if order == "nothing":
        return None
    body = {
        "event": text,
        "started": STARTED,
        "ticks": len(TICKS),
        "pid": os.getpid(),
        "environ": dict(os.environ),
        "path": sys.path,
        "credentials": vars(context.credentials) if hasattr(context, "credentials") else None,
        "function": vars(context.function),
        "region": context.region,
        "request_id": context.request_id,
        "retry_count": getattr(context, "retry_count", None),
    }
    return {"statusCode": 201, "headers": {"X-Own": "1"}, "isBase64Encoded": False, "body": json.dumps(body)}


def tick() -> None:
    while True:
        TICKS.append(1)
        time.sleep(0.005)
