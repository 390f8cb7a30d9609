"""Reads a call's circumstances from Function Compute's `context` and the environment.

Source: https://www.alibabacloud.com/help/en/functioncompute/context-1
"""

import re
from collections.abc import Mapping

from callevents.alibabacloud.credentials import resolve
from callevents.clock import Clocks
from callevents.invocation import Invocation
from callevents.observability.request_log import RequestLog

_REQUEST_ID = re.compile(r"[^0-9A-Za-z_.:-]")


def request_id_of(context: object, otherwise: str = "") -> str:
    """Return the request id, safe to print: from *context*, else from the event itself."""
    found = _text(context, "request_id") or _text(context, "requestId") or otherwise
    return _REQUEST_ID.sub("", found)[:128]


def invocation_of(
    context: object,
    environ: Mapping[str, str],
    *,
    clocks: Clocks,
    request_id: str,
    arrived_at: float,
    started_at: float,
    request_log: RequestLog,
    instance_since: float = 0.0,
    wsgi: bool = False,
    cold: bool = False,
) -> Invocation:
    """Return the circumstances of this call. Total: what is missing or malformed is empty.

    Credentials are looked up at every call: they change while an instance lives.
    """
    function, service = _part(context, "function"), _part(context, "service")
    return Invocation(
        request_id=request_id,
        arrived_at=arrived_at,
        started_at=started_at,
        clocks=clocks,
        credentials=resolve(environ, context),
        account_id=_text(context, "account_id") or environ.get("FC_ACCOUNT_ID", ""),
        region=_text(context, "region") or environ.get("FC_REGION", ""),
        service=_text(service, "name") or environ.get("FC_SERVICE_NAME", ""),
        function=_text(function, "name") or environ.get("FC_FUNCTION_NAME", ""),
        qualifier=_text(function, "qualifier")
        or _text(service, "qualifier")
        or environ.get("FC_QUALIFIER", ""),
        wsgi=wsgi,
        cold=cold,
        retries=_count(context, "retry_count"),
        instance_since=instance_since,
        request_log=request_log,
    )


def _part(value: object, name: str) -> object:
    """Return an attribute or key of *value*; None where there is none or reading it fails."""
    try:
        return value.get(name) if isinstance(value, dict) else getattr(value, name, None)
    except BaseException:  # noqa: BLE001 - whatever the properties of the platform's object raise, go on without
        return None


def _count(value: object, name: str) -> int | None:
    part = _part(value, name)
    return part if isinstance(part, int) and not isinstance(part, bool) else None


def _text(value: object, name: str) -> str:
    part = _part(value, name)
    if isinstance(part, int) and not isinstance(part, bool):
        return str(part)
    return part if isinstance(part, str) else ""
