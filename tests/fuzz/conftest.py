import logging
from collections.abc import Iterator

import pytest


@pytest.fixture(autouse=True)
def _quiet() -> Iterator[None]:
    """Let the functions print nothing, and leave the process's loggers as they were."""
    root = logging.getLogger()
    level, raises, handlers = root.level, logging.raiseExceptions, root.handlers[:]
    root.handlers[:] = [logging.NullHandler()]
    yield
    root.handlers[:] = handlers
    root.setLevel(level)
    logging.raiseExceptions = raises
