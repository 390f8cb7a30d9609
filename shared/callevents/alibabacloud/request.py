"""A signed HTTP request to an Alibaba Cloud API."""

import time
from collections.abc import Sequence
from functools import lru_cache
from typing import NamedTuple

import httpx

from callevents.alibabacloud import signing
from callevents.alibabacloud.outbound import Outbound
from callevents.clock import Deadline
from callevents.invocation import Credentials

# A proxy on the way may change these.
_UNSIGNED = [(b"accept-encoding", b"gzip"), (b"user-agent", b"callevents")]


class ApiCall(NamedTuple):
    """An operation of an API and what it is asked for.

    `path`, percent-encoded and without its first slash, stands below the endpoint; `query` holds decoded pairs.
    """

    action: str
    version: str
    method: str = "POST"
    path: str = ""
    query: Sequence[tuple[str, str]] = ()
    headers: Sequence[tuple[str, str]] = ()
    body: bytes = b""


@lru_cache(maxsize=8)
def base_url(endpoint: str) -> httpx.URL:
    """Return *endpoint* as a URL; raises httpx.InvalidURL. Parsed once: it is needed for every call."""
    return httpx.URL(endpoint.rstrip("/") + "/")


def signed_request(
    call: ApiCall, url: httpx.URL, credentials: Credentials, outbound: Outbound, deadline: Deadline
) -> tuple[httpx.Request, str]:
    """Return *call* as a request to the endpoint *url*, signed now, and the string that was signed.

    What is signed is what travels, byte for byte. To be sent once: the service takes no nonce twice.
    """
    path = url.raw_path.decode("ascii") + call.path
    signed = signing.sign(
        method=call.method,
        path=path,
        query=call.query,
        headers=[("host", url.netloc.decode("ascii")), ("accept", "application/json"), *call.headers],
        body=call.body,
        action=call.action,
        version=call.version,
        credentials=credentials,
        date=time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(outbound.clocks.wall())),
        nonce=outbound.nonce(),
    )
    target = f"{path}?{signed.query}" if signed.query else path
    request = httpx.Request(
        call.method,
        url,
        headers=[
            *((name.encode(), value.strip().encode("utf-8", "replace")) for name, value in signed.headers),
            *_UNSIGNED,
            (b"content-length", b"%d" % len(call.body)),
        ],
        stream=httpx.ByteStream(call.body),  # given as content, httpx would look for headers to add
        extensions={"deadline": deadline, "repeatable": True, "target": target.encode("ascii")},
    )
    return request, signed.string_to_sign
