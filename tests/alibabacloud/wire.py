"""What goes over the wire: a server's answers, and a judge of signatures that is not ours."""

import hashlib
import hmac
import json
import re
from urllib.parse import parse_qsl, quote

from tests.conftest import Answer, Seen


def canonical_text(seen: Seen) -> tuple[str, str, str]:
    """Rebuild (canonical request, credential, signature) of a request from what came in, as a server does."""
    found = re.fullmatch(
        r"ACS3-HMAC-SHA256 Credential=([^,]+),SignedHeaders=([^,]+),Signature=([0-9a-f]{64})",
        seen.header("authorization"),
    )
    assert found is not None
    key, names, signature = found.groups()
    path, _, query = seen.target.partition("?")
    pairs = sorted(parse_qsl(query, keep_blank_values=True, strict_parsing=bool(query)))
    encoded = "&".join(f"{quote(name, safe='~')}={quote(value, safe='~')}" for name, value in pairs)
    assert encoded == query, "what travels must be what is signed"
    must = {name.lower() for name, _ in seen.headers if name.lower().startswith(("x-acs-", "x-fc-"))} | {
        "host"
    }
    must |= {"content-type"} if seen.body else set()
    assert must <= set(names.split(";"))
    lines = [f"{name}:{seen.header(name).strip()}" for name in names.split(";")]
    payload = hashlib.sha256(seen.body).hexdigest()
    assert seen.header("x-acs-content-sha256") == payload
    return "\n".join([seen.method, path, encoded, *lines, "", names, payload]), key, signature


def well_signed(seen: Seen, secret: str) -> bool:
    """Judge the signature of *seen* by the vendor's description of how to verify one."""
    text, _, signature = canonical_text(seen)
    hashed = hashlib.sha256(text.encode()).hexdigest()
    expected = hmac.new(secret.encode(), f"ACS3-HMAC-SHA256\n{hashed}".encode(), "sha256").hexdigest()
    return hmac.compare_digest(expected, signature)


def answer(body: object, *extra: bytes, status: bytes = b"200 OK") -> Answer:
    """Answer with *body*: bytes as they are, else as JSON."""
    data = body if isinstance(body, bytes) else json.dumps(body).encode()
    head = b"\r\n".join([b"HTTP/1.1 " + status, b"Content-Length: %d" % len(data), *extra, b"", b""])

    return lambda turn: turn.send(head + data)
