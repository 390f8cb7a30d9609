"""The floor: the same answer with `http.client`, `hmac` and `json`, no library, no care for what goes wrong."""

import base64
import hashlib
import hmac
import http.client
import json
import os
import ssl
import time
from typing import Any
from urllib.parse import parse_qs, quote, urlsplit

import plain  # type: ignore[import-not-found]  # it lies beside this file where it runs

_connections: list[http.client.HTTPConnection] = []


def handler(event: bytes, _context: object = None) -> dict[str, Any]:
    """Answer a slash command inside the acknowledgement."""
    request = json.loads(event)
    headers = {name.lower(): value for name, value in request["headers"].items()}
    body = base64.b64decode(request["body"]) if request["isBase64Encoded"] else request["body"].encode()
    stamp = headers["x-slack-request-timestamp"]
    secret = os.environ["SLACK_SIGNING_SECRET"].encode()
    expected = "v0=" + hmac.new(secret, f"v0:{stamp}:".encode() + body, hashlib.sha256).hexdigest()
    if abs(time.time() - int(stamp)) > 300 or not hmac.compare_digest(expected, headers["x-slack-signature"]):
        return _response(401, {})
    job_id = parse_qs(body.decode())["text"][0].strip()
    found = _records(job_id)
    return _response(
        200, plain.message(job_id, [(each["NotificationType"], each["Content"]) for each in found])
    )


def _response(status: int, document: dict[str, Any]) -> dict[str, Any]:
    headers = {"Content-Type": "application/json"}
    return {"statusCode": status, "headers": headers, "isBase64Encoded": False, "body": json.dumps(document)}


def _records(job_id: str) -> list[dict[str, str]]:
    endpoint = urlsplit(os.environ["CCC_ENDPOINT"])
    keys = json.dumps([job_id], separators=(",", ":"))
    query = (
        f"InstanceId={quote(os.environ['CCC_INSTANCE_ID'], safe='')}&NotificationKeys={quote(keys, safe='')}"
    )
    headers = {
        "host": endpoint.netloc,
        "x-acs-action": "ListNotificationRecords",
        "x-acs-content-sha256": hashlib.sha256(b"").hexdigest(),
        "x-acs-date": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime()),
        "x-acs-security-token": os.environ["ALIBABA_CLOUD_SECURITY_TOKEN"],
        "x-acs-signature-nonce": os.urandom(16).hex(),
        "x-acs-version": "2020-07-01",
    }
    signed = ";".join(headers)
    lines = ["POST", "/", query, *(f"{name}:{value}" for name, value in headers.items()), "", signed]
    canonical = "\n".join([*lines, headers["x-acs-content-sha256"]])
    to_sign = "ACS3-HMAC-SHA256\n" + hashlib.sha256(canonical.encode()).hexdigest()
    secret = os.environ["ALIBABA_CLOUD_ACCESS_KEY_SECRET"].encode()
    signature = hmac.new(secret, to_sign.encode(), hashlib.sha256).hexdigest()
    headers["authorization"] = (
        f"ACS3-HMAC-SHA256 Credential={os.environ['ALIBABA_CLOUD_ACCESS_KEY_ID']},"
        f"SignedHeaders={signed},Signature={signature}"
    )
    if not _connections:
        if endpoint.scheme == "https":
            context = ssl.create_default_context()
            _connections.append(http.client.HTTPSConnection(endpoint.netloc, timeout=2, context=context))
        else:
            _connections.append(http.client.HTTPConnection(endpoint.netloc, timeout=2))
    _connections[0].request("POST", f"/?{query}", headers=headers)
    data: list[dict[str, str]] = json.loads(_connections[0].getresponse().read())["Data"]
    return data
