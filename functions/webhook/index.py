"""Function Compute's entry for alerts: `index.handler`, `index.initialize`."""

from callevents.invocation import Application
from callevents.runtime.function_compute import Function
from callevents.settings import Settings


def build(settings: Settings) -> Application:
    """Return the application; its libraries are imported here, not when the module is loaded."""
    from callevents.alerts.function import AlertFunction

    return AlertFunction(settings)


function = Function(build, name="webhook", http_only=True)
handler = function.handler
initialize = function.initialize
