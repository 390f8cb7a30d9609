"""Function Compute's entry for what the other functions hand over: `index.handler`, `index.initialize`."""

from callevents.invocation import Application
from callevents.runtime.handler import FunctionHandler
from callevents.settings.model import Settings


def build(settings: Settings) -> Application:
    """Return the application; its libraries are imported here, not with this module."""
    from callevents.worker.handler import WorkerHandler

    return WorkerHandler(settings)


function = FunctionHandler(build, name="worker")
handler = function.handler
initialize = function.initialize
