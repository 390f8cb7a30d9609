"""An HTTP function of FC 2.0."""

import json
from typing import Any


def initialize(context: Any) -> None:
    """Nothing to get ready."""


def handler(environ: dict[str, Any], start_response: Any) -> list[bytes]:
    body = environ["wsgi.input"].read().decode()
    shown = {name: value for name, value in environ.items() if isinstance(value, str)}
    start_response("202 Accepted", [("X-Twice", "1"), ("X-Twice", "2")])
    return [json.dumps({"body": body, "environ": shown, "id": environ["fc.context"].request_id}).encode()]
