"""An instance of a custom runtime: one server, many requests at the same time.

Source: https://www.alibabacloud.com/help/en/functioncompute/fc/context-and-log-format-1
"""

import base64
import http.client
import socket
import subprocess
import time
from collections.abc import Mapping, Sequence
from typing import cast

from callevents_sandbox.function_compute.instance import (
    START_TIMEOUT_SECONDS,
    Instance,
    InstanceGone,
    InstanceSlow,
    Message,
)
from callevents_sandbox.server.free_port import free_port


class ServerInstance(Instance):
    """A process that listens on a port."""

    def _start(self) -> "subprocess.Popen[bytes]":
        self._port = free_port()
        environ = {**self.deployment.environment(self.id), "FC_CUSTOM_LISTEN_PORT": str(self._port)}
        return self._run(self.deployment.server_command(), environ)

    def ready(self) -> Mapping[str, object]:
        """Wait until it listens. Raises InstanceGone or InstanceSlow."""
        until = time.monotonic() + START_TIMEOUT_SECONDS
        while time.monotonic() < until:
            if self._process.poll() is not None:
                self.alive = False
                raise InstanceGone
            try:
                socket.create_connection(("127.0.0.1", self._port), timeout=1).close()
            except OSError:
                time.sleep(0.01)
            else:
                return {"result": ""}
        self.kill()
        raise InstanceSlow

    def ask(self, message: Message, seconds: float) -> Mapping[str, object]:
        """Send *message* and return the reply within *seconds*. Raises InstanceGone or InstanceSlow."""
        self.thaw()
        connection = http.client.HTTPConnection("127.0.0.1", self._port, timeout=seconds)
        try:
            return self._exchange(connection, message)
        except TimeoutError:
            self.kill()
            raise InstanceSlow from None
        except (OSError, http.client.HTTPException):
            self.kill()  # it is dead, or no server
            raise InstanceGone from None
        finally:
            connection.close()

    def _exchange(self, connection: http.client.HTTPConnection, message: Message) -> Mapping[str, object]:
        is_event = message["do"] == "event"
        method, target = ("POST", "/invoke") if is_event else (str(message["method"]), str(message["target"]))
        body = base64.b64decode(str(message["event" if is_event else "body"]))
        connection.putrequest(method, target)
        for name, value in cast("Sequence[tuple[str, str]]", message.get("headers", ())):
            connection.putheader(name, value)
        if is_event:
            connection.putheader("content-type", "application/octet-stream")
        for name, value in self._headers(message, "/invoke" if is_event else "/http-invoke"):
            connection.putheader(name, value)
        connection.putheader("content-length", str(len(body)))
        connection.endheaders(body)
        response = connection.getresponse()
        given = base64.b64encode(response.read()).decode()
        if not is_event:
            pairs = [[name.lower(), value] for name, value in response.getheaders()]
            headers = [pair for pair in pairs if pair[0] not in {"content-length", "date", "connection"}]
            return {"wsgi": {"status": response.status, "headers": headers, "body": given}}
        if response.headers.get("x-fc-status", "200") != "200" or response.status >= 400:  # noqa: PLR2004 - HTTP's
            return {"error": {"errorMessage": base64.b64decode(given).decode("utf-8", "replace")}}
        return {"result": given}

    def _headers(self, message: Message, control_path: str) -> list[tuple[str, str]]:
        """Return what the platform says about the call and the function's role."""
        context = cast("Mapping[str, object]", message["context"])
        deployment, key = self.deployment, self.deployment.credentials
        headers = [
            ("x-fc-request-id", str(context["request_id"])),
            ("x-fc-control-path", control_path),
            ("x-fc-function-name", deployment.name),
            ("x-fc-function-handler", deployment.handler),
            ("x-fc-function-memory", str(deployment.memory)),
            ("x-fc-region", deployment.region),
            ("x-fc-account-id", deployment.account_id),
            ("x-fc-qualifier", "LATEST"),
        ]
        if key is None:
            return headers
        keys = (
            ("x-fc-access-key-id", key.id),
            ("x-fc-access-key-secret", key.secret),
            ("x-fc-security-token", key.token or ""),
        )
        return [*headers, *keys]
