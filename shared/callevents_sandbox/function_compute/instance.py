"""An instance: one process that runs a function's code."""

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
from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final

from callevents_sandbox.function_compute.deployment import Deployment

Message = dict[str, object]
RUNTIME: Final = Path(__file__).with_name("runtime.py")
START_TIMEOUT_SECONDS: Final = 30.0


class InstanceGone(Exception):
    """The process ended, or was killed, before it answered."""


class InstanceSlow(Exception):
    """The process did not answer in time and was killed."""


class Instance(ABC):
    """A process of a deployment, cold until its first request; `requests` is how many it serves at the moment."""

    def __init__(self, deployment: Deployment, instance_id: str) -> None:
        self.id = instance_id
        self.deployment = deployment
        self.cold = True
        self.alive = True
        self.requests = 0
        self.busy_since = 0.0
        self._log = tempfile.TemporaryFile()  # noqa: SIM115 - lives as long as the process; closed in `end`
        self._log_position = 0
        self._log_lock = threading.Lock()
        self._process = self._start()

    @abstractmethod
    def _start(self) -> "subprocess.Popen[bytes]":
        """Start the process."""

    @abstractmethod
    def ready(self) -> Mapping[str, object]:
        """Wait until it can be asked; return its reply. Raises InstanceGone or InstanceSlow."""

    @abstractmethod
    def ask(self, message: Message, seconds: float) -> Mapping[str, object]:
        """Send *message*, return the reply within *seconds*. Raises InstanceGone or InstanceSlow."""

    def freeze(self) -> None:
        """Stop the process, where the deployment says so, until it is asked again."""
        if self.deployment.freeze:
            self._signal(signal.SIGSTOP)

    def thaw(self) -> None:
        """Let a frozen process go on."""
        self._signal(signal.SIGCONT)

    def kill(self) -> None:
        """End the process at once; its requests get InstanceGone."""
        self.alive = False
        self._signal(signal.SIGKILL)

    def end(self) -> None:
        """End the process and release everything."""
        self.kill()
        self._process.wait()
        with self._log_lock:
            self._log.close()

    def new_logs(self) -> str:
        """Return what the process has printed since the last call; of requests that overlap, mixed."""
        with self._log_lock:
            if self._log.closed:
                return ""
            start = self._log_position
            self._log_position = end = os.fstat(self._log.fileno()).st_size
            return os.pread(self._log.fileno(), end - start, start).decode("utf-8", "replace")

    def _run(
        self, command: Sequence[str], environ: Mapping[str, str], pass_fds: Sequence[int] = ()
    ) -> "subprocess.Popen[bytes]":
        """Start *command* in the function's folder, with its output in the log."""
        return subprocess.Popen(  # noqa: S603 - the interpreter and the folder the user deployed
            command,
            cwd=self.deployment.folder,
            env=environ,
            stdin=subprocess.DEVNULL,
            stdout=self._log,
            stderr=self._log,
            pass_fds=pass_fds,
        )

    def _signal(self, number: signal.Signals) -> None:
        if self._process.poll() is None:
            self._process.send_signal(number)


class EventInstance(Instance):
    """A process with the handler loaded by the platform's own runtime: one request at a time, over a socket pair."""

    def _start(self) -> "subprocess.Popen[bytes]":
        self._channel, theirs = socket.socketpair()
        with theirs:
            fd = theirs.fileno()
            return self._run(
                self.deployment.command(RUNTIME, fd), self.deployment.environment(self.id), pass_fds=[fd]
            )

    def ready(self) -> Mapping[str, object]:
        """Wait until the handler is loaded; return its reply. Raises InstanceGone or InstanceSlow."""
        return self._read(time.monotonic() + START_TIMEOUT_SECONDS)

    def ask(self, message: Message, seconds: float) -> Mapping[str, object]:
        """Send *message*, return the reply within *seconds*. Raises InstanceGone or InstanceSlow."""
        self.thaw()
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

    def end(self) -> None:
        """End the process and release everything."""
        super().end()
        self._channel.close()

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


def encode(data: bytes) -> str:
    """Return *data* as a message carries it."""
    return base64.b64encode(data).decode()
