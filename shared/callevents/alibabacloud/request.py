"""A signed HTTP request to an Alibaba Cloud API."""

import time
from collections.abc import Sequence
from functools import lru_cache

import httpx

from callevents.alibabacloud import signing
from callevents.clock import Deadline
from callevents.invocation import Credentials

# A proxy on the way may change these.
_UNSIGNED = [(b"accept-encoding", b"gzip"), (b"user-agent", b"callevents")]


@lru_cache(maxsize=8)
def base_url(endpoint: str) -> httpx.URL:
    """Return *endpoint* as a URL; raises httpx.InvalidURL. Parsed once: it is needed for every call."""
    return httpx.URL(endpoint.rstrip("/") + "/")


def signed_request(
    *,
    url: httpx.URL,
    method: str = "POST",
    path: str = "",
    query: Sequence[tuple[str, str]] = (),
    headers: Sequence[tuple[str, str]] = (),
    body: bytes = b"",
    action: str,
    version: str,
    credentials: Credentials,
    at: float,
    nonce: str,
    deadline: Deadline,
) -> tuple[httpx.Request, str]:
    """Return a request signed at the Unix time *at*, and the string that was signed.

    *path*, percent-encoded and without its first slash, stands below *url*. What is signed is what travels, byte for
    byte. To be sent once: the service takes no nonce twice.
    """
    path = url.raw_path.decode("ascii") + path
    signed = signing.sign(
        method=method,
        path=path,
        query=query,
        headers=[("host", url.netloc.decode("ascii")), ("accept", "application/json"), *headers],
        body=body,
        action=action,
        version=version,
        credentials=credentials,
        date=time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(at)),
        nonce=nonce,
    )
    request = httpx.Request(
        method,
        url,
        headers=[
            *((name.encode(), value.encode("utf-8", "replace")) for name, value in signed.headers),
            *_UNSIGNED,
        ],
        content=body,
        extensions={
            "deadline": deadline,
            "repeatable": True,
            "target": (f"{path}?{signed.query}" if signed.query else path).encode("ascii"),
        },
    )
    return request, signed.string_to_sign
