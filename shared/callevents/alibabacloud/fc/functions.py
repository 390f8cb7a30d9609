"""What is deployed: the reading calls of Function Compute's API 2023-03-30.

https://www.alibabacloud.com/help/en/functioncompute/fc/developer-reference/api-fc-2023-03-30-getfunction
https://www.alibabacloud.com/help/en/functioncompute/fc/developer-reference/api-fc-2023-03-30-gettrigger
https://www.alibabacloud.com/help/en/functioncompute/fc/developer-reference/api-fc-2023-03-30-getconcurrencyconfig
"""

import hmac
import re
from collections.abc import Mapping
from typing import Final, NamedTuple
from urllib.parse import quote

from callevents.alibabacloud.outbound import Outbound
from callevents.alibabacloud.request import ApiCall
from callevents.alibabacloud.rpc import RpcClient, RpcService
from callevents.alibabacloud.rpc_response import read_codeless_response
from callevents.clock import Deadline
from callevents.invocation import Credentials

VERSION: Final = "2023-03-30"
_ABSENT: Final = re.compile(r"\w*NotFound")
_ADDRESS: Final = re.compile(r"https?://[0-9A-Za-z.:-]{1,253}(?:/[0-9A-Za-z._/-]*)?")


class DeployedFunction(NamedTuple):
    """A function as it is deployed: of its settings only the digests, with a key that nobody keeps."""

    name: str
    runtime: str
    digests: Mapping[str, bytes]


class FunctionCompute:
    """The functions of one account and region, as they are deployed. Reads, and changes nothing."""

    def __init__(
        self, outbound: Outbound, endpoint: str, region: str, credentials: Credentials | None
    ) -> None:
        """Bind the client to its connection, clocks and log; *endpoint* "" means the public one of *region*."""
        service = RpcService("fc", VERSION, endpoint or endpoint_of(region), read_codeless_response)
        self._rpc = RpcClient(outbound, service, credentials)
        self._key = outbound.nonce().encode()

    def function(self, name: str, deadline: Deadline) -> DeployedFunction | None:
        """Return the function called *name*, None if there is none. Raises CredentialsMissing and RpcError."""
        body = self._read("GetFunction", f"functions/{quote(name, safe='')}", deadline)
        if body is None:
            return None
        environment, runtime = body.get("environmentVariables"), body.get("runtime")
        variables = environment if isinstance(environment, dict) else {}
        return DeployedFunction(
            name,
            runtime if isinstance(runtime, str) else "",
            {
                key: self.digest(value)
                for key, value in variables.items()
                if isinstance(key, str) and isinstance(value, str)
            },
        )

    def digest(self, value: str) -> bytes:
        """Return what stands for *value* in a `DeployedFunction` of this client: equal if the values are equal."""
        return hmac.digest(self._key, value.encode("utf-8", "surrogatepass"), "sha256")

    def address(self, name: str, trigger: str, deadline: Deadline) -> str | None:
        """Return the public address of a function's HTTP trigger, None if there is none. Raises as `function` does."""
        path = f"functions/{quote(name, safe='')}/triggers/{quote(trigger, safe='')}"
        body = self._read("GetTrigger", path, deadline)
        http = body.get("httpTrigger") if body is not None else None
        url = http.get("urlInternet") if isinstance(http, dict) else None
        return url if isinstance(url, str) and _ADDRESS.fullmatch(url) else None

    def reserved_concurrency(self, name: str, deadline: Deadline) -> int | None:
        """Return how many instances a function may have, None if it has no limit. Raises as `function` does."""
        body = self._read("GetConcurrencyConfig", f"functions/{quote(name, safe='')}/concurrency", deadline)
        limit = body.get("reservedConcurrency") if body is not None else None
        return limit if isinstance(limit, int) and limit > 0 else None

    def _read(self, action: str, path: str, deadline: Deadline) -> Mapping[str, object] | None:
        call = ApiCall(action, VERSION, method="GET", path=f"{VERSION}/{path}")
        response = self._rpc.send(call, deadline, accept=lambda code: bool(_ABSENT.fullmatch(code)))
        if not response.ok:
            return None
        return response.data if isinstance(response.data, dict) else {}


def endpoint_of(region: str) -> str:
    """Return the public endpoint of *region*."""
    return f"https://fcv3.{region}.aliyuncs.com"
