"""Function Compute's entry for slash commands, buttons, forms and mentions: `index.handler`, `index.initialize`."""

from callevents.invocation import Application
from callevents.runtime.handler import FunctionHandler
from callevents.settings.model import Settings


def build(settings: Settings) -> Application:
    """Return the application; its libraries are imported here, not with this module."""
    from callevents.slack.handler import SlackHandler

    return SlackHandler(settings)


function = FunctionHandler(build, name="slack", http_only=True)
handler = function.handler
initialize = function.initialize
