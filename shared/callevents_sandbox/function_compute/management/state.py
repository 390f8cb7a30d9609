"""What a deploying tool does to Function Compute: functions, triggers and limits are made, read, changed and deleted.

Paths and bodies: https://www.alibabacloud.com/help/en/functioncompute/fc/developer-reference/api-fc-2023-03-30-overview
"""

import base64
import binascii
import io
import json
import zipfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from callevents_sandbox.alibabacloud.acs3_verifier import AccessKey, Refusal
from callevents_sandbox.function_compute.deployment import Deployment
from callevents_sandbox.function_compute.management.checksum import crc64
from callevents_sandbox.function_compute.platform import FunctionCompute
from callevents_sandbox.server.faults import Faults

Document = dict[str, object]
KINDS = {
    "refuse": "403 AccessDenied",
    "throttle": "429 ResourceExhausted",
    "unavailable": "503 ServiceUnavailable",
    "lost": "503 ServiceUnavailable, although the request was carried out",
    "hang": "no answer at all, nothing is done",
    "reset": "the connection is reset, nothing is done",
    "not_json": "200 with text that is not JSON",
}


@dataclass(slots=True)
class Managed:
    """A function: its properties, its code, and what hangs on it."""

    properties: Document
    folder: Path
    checksum: str
    triggers: dict[str, Document] = field(default_factory=dict)
    concurrency: Document = field(default_factory=dict)
    async_config: Document = field(default_factory=dict)


@dataclass(slots=True)
class Management:
    """State and switches; what is deployed here runs on `platform`, its code below `folder`.

    `role_exists` says whether there is a role of an ARN, and `credentials` are those that every function gets.
    """

    platform: FunctionCompute
    folder: Path
    credentials: AccessKey
    role_exists: Callable[[str], bool] = lambda _arn: True
    account_id: str = "1234567890123456"
    region: str = "cn-hongkong"
    forbidden: set[str] = field(default_factory=set)
    functions: dict[str, Managed] = field(default_factory=dict)
    changes: list[str] = field(default_factory=list)
    uploads: int = 0
    faults: Faults = field(default_factory=lambda: Faults(KINDS))

    def function(self, name: str) -> Managed:
        """Return the function called *name*; raise Refusal if there is none."""
        if name not in self.functions:
            raise Refusal(404, "FunctionNotFound", f"function '{name}' does not exist")
        return self.functions[name]

    def put_function(self, name: str, properties: Mapping[str, object]) -> Document:
        """Make or change the function called *name*."""
        role = str(properties.get("role") or "")
        if role and not self.role_exists(role):
            raise Refusal(400, "InvalidArgument", f"role '{role}' does not exist")
        kept = {key: value for key, value in properties.items() if key != "code"}
        before = self.functions.get(name)
        code = properties.get("code")
        if code is not None:
            folder, checksum = self._unpacked(name, code)
        elif before is None:
            raise Refusal(400, "InvalidArgument", "code is required")
        else:
            folder, checksum = before.folder, before.checksum
        whole = {**(before.properties if before else {}), **kept, "functionName": name}
        if before is None:
            self.functions[name] = Managed(whole, folder, checksum)
        else:
            before.properties, before.folder, before.checksum = whole, folder, checksum
        self._run(name)
        return self.shown(name)

    def put_trigger(self, name: str, trigger: str, properties: Mapping[str, object]) -> Document:
        """Make or change a trigger."""
        managed = self.function(name)
        managed.triggers[trigger] = {
            **managed.triggers.get(trigger, {}),
            **properties,
            "triggerName": trigger,
        }
        self._run(name)
        return managed.triggers[trigger]

    def delete_function(self, name: str) -> None:
        """Delete a function that has no triggers."""
        managed = self.function(name)
        if managed.triggers:
            raise Refusal(412, "TriggerExists", f"function '{name}' has triggers")
        del self.functions[name]
        self.platform.remove(name)

    def delete_trigger(self, name: str, trigger: str) -> None:
        """Delete a trigger."""
        managed = self.function(name)
        if trigger not in managed.triggers:
            raise Refusal(404, "TriggerNotFound", f"trigger '{trigger}' does not exist")
        del managed.triggers[trigger]
        self._run(name)

    def shown(self, name: str) -> Document:
        """Return what GetFunction answers."""
        managed = self.function(name)
        arn = f"acs:fc:{self.region}:{self.account_id}:functions/{name}"
        own = {"functionArn": arn, "codeChecksum": managed.checksum, "state": "Active"}
        return {**managed.properties, **own, "lastUpdateStatus": "Successful"}

    def _unpacked(self, name: str, code: object) -> tuple[Path, str]:
        text = code.get("zipFile") if isinstance(code, dict) else None
        try:
            content = base64.b64decode(str(text), validate=True)
            archive = zipfile.ZipFile(io.BytesIO(content))
        except (binascii.Error, zipfile.BadZipFile):
            raise Refusal(400, "InvalidArgument", "code.zipFile is no zip") from None
        self.uploads += 1
        folder = self.folder / f"{name}-{self.uploads}"
        archive.extractall(folder)
        return folder, crc64(content)

    def _run(self, name: str) -> None:
        """Have the platform run the function as it is now."""
        self.platform.deploy(_deployment(self, name, self.functions[name]))


def _deployment(management: Management, name: str, managed: Managed) -> Deployment:
    held = managed.properties
    http = next((each for each in managed.triggers.values() if each.get("triggerType") == "http"), None)
    methods = json.loads(str(http.get("triggerConfig") or "{}")).get("methods", ["POST"]) if http else []
    initializer = _member(_member(held, "instanceLifecycleConfig"), "initializer").get("handler")
    timeout, concurrency = held.get("timeout"), held.get("instanceConcurrency")
    return Deployment(
        name,
        managed.folder,
        environ={key: str(value) for key, value in _member(held, "environmentVariables").items()},
        handler=str(held.get("handler", "index.handler")),
        initializer=initializer if isinstance(initializer, str) else None,
        timeout=float(timeout) if isinstance(timeout, int | float) else 3.0,
        credentials=management.credentials,
        trigger=http is not None,
        methods=tuple(methods),
        account_id=management.account_id,
        region=management.region,
        at_once=concurrency if isinstance(concurrency, int) else 1,
        bare=True,
    )


def _member(held: Mapping[str, object], name: str) -> Mapping[str, object]:
    member = held.get(name)
    return member if isinstance(member, dict) else {}
