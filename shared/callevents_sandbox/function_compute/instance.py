"""An instance: one process that runs a function's code, one request at a time."""

import base64
import json
import os
import signal
import socket
import struct
import subprocess
import tempfile
import threading
import time
from collections.abc import Mapping
from pathlib import Path

from callevents_sandbox.function_compute.deployment import Deployment

Message = dict[str, object]
RUNTIME = Path(__file__).with_name("runtime.py")
_START_UP = 30.0


class InstanceGone(Exception):
    """The process ended, or was killed, before it answered."""


class InstanceSlow(Exception):
    """The process did not answer in time and was killed."""


class Instance:
    """A process with the handler loaded; made on the first `invoke`, which is then cold."""

    def __init__(self, deployment: Deployment, instance_id: str) -> None:
        self.id = instance_id
        self.deployment = deployment
        self.cold = True
        self.alive = True
        self._log = tempfile.TemporaryFile()  # noqa: SIM115 - lives as long as the process; closed in `end`
        self._channel, theirs = socket.socketpair()
        self._lock = threading.Lock()
        with theirs:
            self._process = subprocess.Popen(  # noqa: S603 - the interpreter and the folder the user deployed
                deployment.command(RUNTIME, theirs.fileno()),
                cwd=deployment.folder,
                env=deployment.environment(instance_id),
                stdin=subprocess.DEVNULL,
                stdout=self._log,
                stderr=self._log,
                pass_fds=[theirs.fileno()],
            )

    def ready(self) -> Mapping[str, object]:
        """Wait until the handler is loaded; return its reply. Raises InstanceGone or InstanceSlow."""
        return self._read(time.monotonic() + _START_UP)

    def ask(self, message: Message, seconds: float) -> Mapping[str, object]:
        """Send *message*, return the reply within *seconds*. Raises InstanceGone or InstanceSlow."""
        self._signal(signal.SIGCONT)
        body = json.dumps(message).encode()
        deadline = time.monotonic() + seconds
        try:
            self._channel.settimeout(seconds)
            self._channel.sendall(struct.pack(">I", len(body)) + body)
        except TimeoutError:
            self.kill()
            raise InstanceSlow from None
        except OSError:
            raise InstanceGone from None
        return self._read(deadline)

    def rest(self) -> None:
        """Freeze the process, where the deployment says so, until it is asked again."""
        if self.deployment.freeze:
            self._signal(signal.SIGSTOP)

    def kill(self) -> None:
        """End the process at once; whoever waits for it gets InstanceGone."""
        self.alive = False
        self._signal(signal.SIGKILL)

    def end(self) -> None:
        """End the process and let go of everything."""
        self.kill()
        self._process.wait()
        with self._lock:
            self._channel.close()
            self._log.close()

    def new_logs(self) -> str:
        """Return what the process has printed since this was last asked."""
        with self._lock:
            if self._log.closed:
                return ""
            at = self._read_so_far
            self._read_so_far = end = os.fstat(self._log.fileno()).st_size
            return os.pread(self._log.fileno(), end - at, at).decode("utf-8", "replace")

    _read_so_far = 0
    requests = 0
    busy_since = 0.0

    def _signal(self, number: signal.Signals) -> None:
        if self._process.poll() is None:
            self._process.send_signal(number)

    def _read(self, deadline: float) -> Mapping[str, object]:
        try:
            length = struct.unpack(">I", self._receive(4, deadline))[0]
            reply: Mapping[str, object] = json.loads(self._receive(length, deadline))
        except TimeoutError:
            self.kill()
            raise InstanceSlow from None
        except OSError:
            self.alive = False
            raise InstanceGone from None
        return reply

    def _receive(self, size: int, deadline: float) -> bytes:
        parts = bytearray()
        while len(parts) < size:
            self._channel.settimeout(max(0.001, deadline - time.monotonic()))
            part = self._channel.recv(min(size - len(parts), 1 << 20))
            if not part:
                raise ConnectionResetError
            parts += part
        return bytes(parts)


def encoded(data: bytes) -> str:
    """Return *data* as a message carries it."""
    return base64.b64encode(data).decode()
