"""Reads a request exactly as it was sent."""

from starlette.requests import Request

from callevents_sandbox.alibabacloud.acs3_verifier import SentRequest


async def sent_request(request: Request) -> SentRequest:
    """Return *request* with its path and query still encoded and its headers in the order they came."""
    return SentRequest(
        method=request.method,
        path=request.scope["raw_path"].partition(b"?")[0].decode("latin-1"),
        query=request.scope["query_string"].decode("latin-1"),
        headers=[(name.decode("latin-1").lower(), _text(value)) for name, value in request.scope["headers"]],
        body=await request.body(),
    )


def _text(value: bytes) -> str:
    try:
        return value.decode()
    except UnicodeDecodeError:
        return value.decode("latin-1")
