"""A function as it is deployed: its code, its environment and its limits."""

import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from callevents_sandbox.alibabacloud.acs3_verifier import AccessKey


@dataclass(frozen=True, slots=True)
class Deployment:
    """One function: `folder` holds the module that `handler` names; times are in seconds.

    `bare` runs it as a built artefact runs: the interpreter sees the folder and the standard library, nothing else.
    `fc2` gives its HTTP trigger the WSGI call of FC 2.0. `context` is what the runtime of that name hands over:
    python3.12 has no credentials in it. `base64` says which HTTP bodies arrive so: those whose content type is not
    text, all, or none. `freeze` stops the process between requests, as the platform does. An asynchronous call spends
    `async_latency` in the queue before it runs, and `retry_delays` between its attempts (the last of them repeats); a
    deferred one waits before it for as long as it asks to, but no longer than `max_delay`.
    With `at_once` above 1 it is a custom runtime: an instance is a server that gets so many requests at the same time.
    """

    name: str
    folder: Path
    environ: Mapping[str, str] = field(default_factory=dict, repr=False)
    handler: str = "index.handler"
    initializer: str | None = "index.initialize"
    timeout: float = 60.0
    initializer_timeout: float = 10.0
    memory: int = 512
    credentials: AccessKey | None = None
    trigger: bool = True
    methods: tuple[str, ...] = ("POST",)
    max_instances: int = 10
    freeze: bool = True
    bare: bool = False
    python: str = sys.executable
    fc2: bool = False
    context: Literal["python3.10", "python3.12"] = "python3.10"
    base64: Literal["binary", "always", "never"] = "binary"
    service: str = "callevents"
    account_id: str = "1234567890123456"
    region: str = "cn-hongkong"
    max_async_retry_attempts: int = 3
    max_async_event_age: float = 900.0
    retry_delays: tuple[float, ...] = (0.05,)
    async_latency: float = 0.1
    max_delay: float = 3600.0
    at_once: int = 1

    @property
    def custom(self) -> bool:
        """Say whether its instances are servers of their own."""
        return self.at_once > 1

    def server_command(self) -> list[str]:
        """Return the command line of a custom runtime: that of the built `bootstrap`, with the deployment's Python."""
        flags = ["-E", "-s", "-S", "-B"] if self.bare else ["-E", "-s"]
        # A process group of its own: Ctrl-C in the terminal does not reach it, and the system hangs it up if the
        # sandbox dies while it is frozen.
        program = "import os; os.setpgid(0, 0); from callevents.runtime.server import main; main()"
        return [self.python, *flags, "-c", program]

    def command(self, script: Path, channel: int) -> list[str]:
        """Return the command line of an instance whose requests come by the file descriptor *channel*."""
        flags = ["-I", "-S", "-B"] if self.bare else ["-I"]
        return [self.python, *flags, str(script), str(channel), str(self.folder), self.handler]

    def environment(self, instance_id: str) -> dict[str, str]:
        """Return the environment of an instance: what the platform sets and the settings, nothing inherited.

        Source: https://www.alibabacloud.com/help/en/functioncompute/fc/environment-variables
        """
        key = self.credentials
        id_, secret, token = (key.id, key.secret, key.token or "") if key else ("", "", "")
        platform = {
            "PATH": "/usr/local/bin:/usr/bin:/bin",
            "LANG": "C.UTF-8",
            "FC_FUNC_CODE_PATH": str(self.folder),
            "FC_ACCOUNT_ID": self.account_id,
            "FC_FUNCTION_NAME": self.name,
            "FC_FUNCTION_HANDLER": self.handler,
            "FC_FUNCTION_MEMORY_SIZE": str(self.memory),
            "FC_REGION": self.region,
            "FC_INSTANCE_ID": instance_id,
            "FC_VER_ID": "LATEST",
            "ALIBABA_CLOUD_ACCESS_KEY_ID": id_,
            "ALIBABA_CLOUD_ACCESS_KEY_SECRET": secret,
            "ALIBABA_CLOUD_SECURITY_TOKEN": token,
        }
        if self.fc2:
            platform |= {"FC_SERVICE_NAME": self.service, "FC_QUALIFIER": "LATEST", "accessKeyID": id_}
            platform |= {"accessKeySecret": secret, "securityToken": token}
        own = {name: value for name, value in self.environ.items() if not name.startswith("FC_")}
        return {name: value for name, value in platform.items() if value} | own

    def context_document(self, request_id: str, retries: int = 0) -> dict[str, object]:
        """Return what the context object of a request holds; *retries* is how often an asynchronous call failed before.

        Source: https://www.alibabacloud.com/help/en/functioncompute/fc/context-1
        """
        function = {
            "name": self.name,
            "handler": self.handler,
            "memory": self.memory,
            "timeout": int(self.timeout),
        }
        common = {"request_id": request_id, "region": self.region, "account_id": self.account_id}
        if self.context == "python3.12":
            versions = {"version_id": "LATEST", "qualifier": "LATEST"}
            return {**common, "function": {**function, **versions}, "log_project": "", "log_store": ""}
        key = self.credentials
        return {
            **common,
            "requestId": request_id,
            "function": function,
            "service": {
                "name": self.service if self.fc2 else "",
                "log_project": "",
                "log_store": "",
                "qualifier": "LATEST" if self.fc2 else "",
                "version_id": "",
            },
            "credentials": {
                "access_key_id": key.id if key else "",
                "access_key_secret": key.secret if key else "",
                "security_token": (key.token or "") if key else "",
            },
            "retry_count": retries,
            "tracing": {"openTracingSpanContext": None},
        }
