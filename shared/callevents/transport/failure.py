"""Why a host cannot be reached, in words for the administrator."""

import errno
import socket
import ssl
from collections.abc import Iterator
from typing import Final

_NO_WAY: Final = frozenset({errno.ENETUNREACH, errno.EHOSTUNREACH, errno.ENETDOWN, errno.EADDRNOTAVAIL})
NO_PROXY: Final = "A proxy is not used, whatever HTTPS_PROXY says."


def failure_reason(error: BaseException) -> str:
    """Return what the chain of causes behind *error* says, in words; never text from outside."""
    for cause in _causes(error):
        if isinstance(cause, socket.gaierror):
            return "its name cannot be resolved"
        if isinstance(cause, ssl.SSLError):
            return "its certificate or its TLS is not accepted"
        if isinstance(cause, ConnectionRefusedError):
            return "nothing answers at its port"
        if isinstance(cause, OSError) and cause.errno in _NO_WAY:
            return "there is no way to it from this network"
        if isinstance(cause, TimeoutError):
            return "it does not answer in time"
    return "the connection failed"


def _causes(error: BaseException) -> Iterator[BaseException]:
    seen: set[int] = set()
    following: BaseException | None = error
    while following is not None and id(following) not in seen:
        seen.add(id(following))
        yield following
        following = following.__cause__ or following.__context__
