"""HTTP as Function Compute hands it to a function, and what the function returns as HTTP.

Source: https://www.alibabacloud.com/help/en/functioncompute/fc/http-trigger-invoking-function
"""

import base64
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from time import gmtime, strftime
from urllib.parse import parse_qsl, unquote

from callevents_sandbox.alibabacloud.acs3_verifier import SentRequest
from callevents_sandbox.function_compute.deployment import Deployment

_TEXT = ("text/", "application/json", "application/xml", "application/javascript")


@dataclass(frozen=True, slots=True)
class Arrival:
    """A request at an HTTP trigger: `path` is what the function sees, still encoded."""

    sent: SentRequest
    path: str
    source_ip: str
    at: float
    request_id: str


@dataclass(frozen=True, slots=True)
class Answer:
    """An HTTP response; `proper` says whether the function returned one or something else."""

    status: int
    headers: Sequence[tuple[str, str]]
    body: bytes
    proper: bool = True


def http_event(deployment: Deployment, arrival: Arrival) -> bytes:
    """Return the event of FC 3.0 for *arrival*."""
    sent = arrival.sent
    binary = not sent.header("content-type").lower().startswith(_TEXT)
    encode = {"always": True, "never": False, "binary": bool(sent.body) and binary}[deployment.base64]
    domain = f"{deployment.name}.{deployment.region}.fcapp.run"
    event = {
        "version": "v1",
        "rawPath": arrival.path,
        "headers": {
            "-".join(map(str.capitalize, name.split("-"))): text for name, text in _joined(sent.headers)
        },
        "queryParameters": dict(_joined(parse_qsl(sent.query, keep_blank_values=True))),
        "body": base64.b64encode(sent.body).decode() if encode else sent.body.decode("utf-8", "replace"),
        "isBase64Encoded": encode,
        "requestContext": {
            "accountId": deployment.account_id,
            "domainName": domain,
            "domainPrefix": deployment.name,
            "http": {
                "method": sent.method,
                "path": unquote(arrival.path),
                "protocol": "HTTP/1.1",
                "sourceIp": arrival.source_ip,
                "userAgent": sent.header("user-agent"),
            },
            "requestId": arrival.request_id,
            "time": strftime("%Y-%m-%dT%H:%M:%SZ", gmtime(arrival.at)),
            "timeEpoch": str(int(arrival.at * 1000)),
        },
    }
    return json.dumps(event).encode()


def wsgi_environ(deployment: Deployment, arrival: Arrival) -> dict[str, str]:
    """Return the texts of the WSGI environ of FC 2.0 for *arrival*."""
    sent = arrival.sent
    headers = {f"HTTP_{name.upper().replace('-', '_')}": text for name, text in _joined(sent.headers)}
    content = {name: headers.pop(f"HTTP_{name}", "") for name in ("CONTENT_TYPE", "CONTENT_LENGTH")}
    request_uri = f"/2016-08-15/proxy/{deployment.service}/{deployment.name}{arrival.path}"
    return {
        **headers,
        **content,
        "REQUEST_METHOD": sent.method,
        "SCRIPT_NAME": "",
        "PATH_INFO": unquote(arrival.path),
        "QUERY_STRING": sent.query,
        "REMOTE_ADDR": arrival.source_ip,
        "SERVER_NAME": "FCRUNTIME",
        "SERVER_PORT": "9000",
        "SERVER_PROTOCOL": "HTTP/1.1",
        "wsgi.url_scheme": "http",
        "fc.request_uri": request_uri + (f"?{sent.query}" if sent.query else ""),
    }


def plain_request(arrival: Arrival) -> dict[str, object]:
    """Return *arrival* as a custom runtime gets it: as it was sent, but for headers that are the platform's own.

    Source: https://www.alibabacloud.com/help/en/functioncompute/web-functions
    """
    sent = arrival.sent
    hop = ("connection", "keep-alive", "content-length", "transfer-encoding", "host")
    kept = [
        (name, text)
        for name, text in sent.headers
        if not name.lower().startswith("x-fc-") and name.lower() not in hop
    ]
    return {
        "method": sent.method,
        "target": arrival.path + (f"?{sent.query}" if sent.query else ""),
        "headers": kept,
        "body": base64.b64encode(sent.body).decode(),
    }


def http_answer(payload: bytes) -> Answer:
    """Return the HTTP response that a function's *payload* stands for.

    What is no response object is the whole body, with status 200, as the vendor's page says.
    """
    whole = Answer(200, [("content-type", "application/json")], payload, proper=False)
    try:
        given = json.loads(payload)
    except (ValueError, RecursionError):
        return whole
    if not isinstance(given, dict):
        return whole
    status, headers, body = given.get("statusCode"), given.get("headers", {}), given.get("body", "")
    if not (_is_status(status) and isinstance(headers, dict) and isinstance(body, str)):
        return whole
    data = base64.b64decode(body) if given.get("isBase64Encoded") else body.encode("utf-8", "replace")
    texts = [(name.lower(), value) for name, value in headers.items() if isinstance(value, str)]
    proper = len(texts) == len(headers) and {"headers", "body", "isBase64Encoded"} <= given.keys()
    return Answer(int(str(status)), [each for each in texts if each[0] != "content-length"], data, proper)


def _is_status(status: object) -> bool:
    return isinstance(status, int) and not isinstance(status, bool) and 100 <= status <= 599  # noqa: PLR2004


def _joined(pairs: Sequence[tuple[str, str]]) -> list[tuple[str, str]]:
    values: Mapping[str, list[str]] = {name: [] for name, _ in pairs}
    for name, value in pairs:
        values[name].append(value)
    return [(name, ",".join(each)) for name, each in values.items()]
