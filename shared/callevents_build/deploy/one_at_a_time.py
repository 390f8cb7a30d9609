"""Has runs in one folder wait for each other: they build to the same files, and make the same roles and functions."""

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

_LOCK: Final = Path(".make/deploy.lock")


@contextmanager
def one_at_a_time(project: Path) -> Iterator[None]:
    """Print that another run deploys or undeploys *project*, and wait for it; the lock ends with the run."""
    path = project / _LOCK
    path.parent.mkdir(exist_ok=True)
    with path.open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            print(
                "Another make deploy or make undeploy runs in this folder: waiting until it has ended …",
                flush=True,
            )
            fcntl.flock(file, fcntl.LOCK_EX)
        yield
