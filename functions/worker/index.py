"""Function Compute's entry for what the other two hand over: `index.handler`, `index.initialize`."""

from callevents.invocation import Application
from callevents.runtime.function_compute import Function
from callevents.settings import Settings


def build(settings: Settings) -> Application:
    """Return the application; its libraries are imported here, not when the module is loaded."""
    from callevents.slack.worker import Worker

    return Worker(settings)


function = Function(build, name="worker")
handler = function.handler
initialize = function.initialize
