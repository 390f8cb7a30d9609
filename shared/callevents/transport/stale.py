"""The one repeat that is always worth it: where an idle connection had died before the request reached the service."""

from collections.abc import Callable
from typing import TypeVar

from callevents.transport.backend import StaleConnection

T = TypeVar("T")


def once_more_if_stale(send: Callable[[bool], T]) -> T:
    """Return what *send(False)* returns, or *send(True)* where that raised StaleConnection: the next one is new.

    Only for a request that may be sent twice. Raises what *send* raises, also a second StaleConnection.
    """
    try:
        return send(False)
    except StaleConnection:
        pass
    return send(True)
