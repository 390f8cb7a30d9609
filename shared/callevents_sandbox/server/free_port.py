"""A port for a server that another process starts."""

import random
import socket
from typing import Final

# Below what kernels give away by themselves (Linux from 32768 on, others from 49152): there a stranger's connection may
# take the port first, and a look whether the server listens may be connected with itself.
_PORTS: Final = range(20_000, 32_000)


def free_port() -> int:
    """Return a port that is free, and that nobody gets by chance."""
    while True:
        port = random.SystemRandom().choice(
            _PORTS
        )  # where tests seed the other one, two would choose the same
        with socket.socket() as sock:
            try:
                sock.bind(("127.0.0.1", port))
            except OSError:
                continue
        return port
