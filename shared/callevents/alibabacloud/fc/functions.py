"""What is deployed to Function Compute: functions, the addresses of their triggers and their limits; reads and deletes.

https://www.alibabacloud.com/help/en/functioncompute/fc/developer-reference/api-fc-2023-03-30-overview
"""

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final
from urllib.parse import quote

import httpx

from callevents.alibabacloud.outbound import Outbound
from callevents.alibabacloud.rpc import RpcClient, RpcService
from callevents.alibabacloud.rpc_response import (
    RpcError,
    RpcErrorKind,
    RpcResponse,
    read_codeless_response,
)
from callevents.clock import Deadline
from callevents.invocation import Credentials

_VERSION: Final = "2023-03-30"
_SECONDS: Final = 30.0
_LABEL: Final = r"[0-9a-z-]{1,63}"


@dataclass(frozen=True, slots=True)
class DeployedFunction:
    """A function as GetFunction shows it: its properties under their documented names. It holds secrets."""

    name: str
    properties: Mapping[str, object] = field(repr=False)

    def text(self, name: str) -> str:
        """Return the property called *name* as text, "" where there is none."""
        value = self.properties.get(name)
        return value if isinstance(value, str) else ""

    @property
    def environment(self) -> Mapping[str, str]:
        """Its environment variables; one that is no text is left out."""
        held = self.properties.get("environmentVariables")
        members = held.items() if isinstance(held, dict) else ()
        return {name: value for name, value in members if isinstance(value, str)}


@dataclass(frozen=True, slots=True)
class Trigger:
    """A trigger: `config` holds its settings, `address` where the public finds it, "" where nowhere."""

    name: str
    kind: str
    config: Mapping[str, object]
    address: str


class Functions:
    """The functions of one account and region. Each call has 30 s; each raises CredentialsMissing and RpcError."""

    def __init__(self, outbound: Outbound, credentials: Credentials | None, endpoint: str) -> None:
        """Bind the client to its connection, clocks and log; `action` is the operation that was asked for last."""
        service = RpcService("fc", _VERSION, endpoint, _read)
        self._rpc = RpcClient(outbound, service, credentials)
        self._monotonic = outbound.clocks.monotonic
        self.action = ""

    def function(self, name: str) -> DeployedFunction | None:
        """Return the function called *name*, None if there is none."""
        found = self._get("GetFunction", _path(name))
        return None if found is None else DeployedFunction(name, found)

    def triggers(self, name: str) -> Sequence[Trigger]:
        """Return the triggers of the function called *name*."""
        found = self._get("ListTriggers", _path(name, "triggers")) or {}
        listed = found.get("triggers") or []
        if not isinstance(listed, list):
            raise RpcError(RpcErrorKind.UNREADABLE, "triggers is no list")
        return [_trigger(each) for each in listed if isinstance(each, dict)]

    def concurrency(self, name: str) -> Mapping[str, object]:
        """Return the limit of the function called *name*: `reservedConcurrency`; nothing where there is none."""
        return self._get("GetConcurrencyConfig", _path(name, "concurrency")) or {}

    def async_config(self, name: str) -> Mapping[str, object]:
        """Return how the function called *name* takes asynchronous calls; nothing where that was never set."""
        return self._get("GetAsyncInvokeConfig", _path(name, "async-invoke-config")) or {}

    def delete(self, name: str) -> None:
        """Delete the function called *name* with its triggers and settings; a part that is missing is no error."""
        self._delete("DeleteAsyncInvokeConfig", _path(name, "async-invoke-config"))
        for trigger in self.triggers(name):
            self._delete("DeleteTrigger", _path(name, "triggers", trigger.name))
        self._delete("DeleteConcurrencyConfig", _path(name, "concurrency"))
        self._delete("DeleteFunction", _path(name))

    def _get(self, action: str, path: str) -> Mapping[str, object] | None:
        response = self._call(action, "GET", path)
        if response is None:
            return None
        if not isinstance(response.data, dict):
            raise RpcError(RpcErrorKind.UNREADABLE, "no JSON object", status=response.status)
        return response.data

    def _delete(self, action: str, path: str) -> None:
        self._call(action, "DELETE", path)

    def _call(self, action: str, method: str, path: str) -> RpcResponse | None:
        """Return the response, None where what the path names is not there."""
        self.action = action
        deadline = Deadline.after(_SECONDS, self._monotonic)
        try:
            return self._rpc.call(action, [], deadline, method=method, path=path)
        except RpcError as error:
            if error.status == httpx.codes.NOT_FOUND and not error.reason.startswith("InvalidAccessKey"):
                return None
            raise


def endpoint_of(account: str, region: str) -> str:
    """Return where the functions of *account* in *region* are managed, "" where these are none."""
    if re.fullmatch(r"[0-9]{1,20}", account) and re.fullmatch(_LABEL, region):
        return f"https://{account}.{region}.fc.aliyuncs.com"
    return ""


def _path(name: str, *more: str) -> str:
    return "/".join([_VERSION, "functions", *(quote(each, safe="") for each in (name, *more))])


def _read(response: httpx.Response, string_to_sign: str) -> RpcResponse:
    if response.is_success and not response.content:  # what is deleted has no more to say
        return RpcResponse(response.status_code, "OK")
    read = read_codeless_response(response, string_to_sign)
    request_id = response.headers.get("x-fc-request-id", "")
    known = read.request_id or (request_id if re.fullmatch(r"[\w-]{1,64}", request_id) else None)
    return read._replace(request_id=known)


def _trigger(entry: Mapping[str, object]) -> Trigger:
    name, kind, text = (entry.get(each) for each in ("triggerName", "triggerType", "triggerConfig"))
    http = entry.get("httpTrigger")
    address = http.get("urlInternet") if isinstance(http, dict) else ""
    return Trigger(
        name if isinstance(name, str) else "",
        kind if isinstance(kind, str) else "",
        _parsed(text),
        address if isinstance(address, str) and re.fullmatch(r"https?://[\w.:/-]{1,300}", address) else "",
    )


def _parsed(text: object) -> Mapping[str, object]:
    """Return the settings of a trigger, which are JSON in a text."""
    try:
        parsed = json.loads(text) if isinstance(text, str) else text
    except (ValueError, RecursionError):
        parsed = None
    return parsed if isinstance(parsed, dict) else {}
