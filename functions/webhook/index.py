"""Function Compute's entry for alerts: `index.handler`, `index.initialize`."""

from callevents.invocation import Application
from callevents.runtime.handler import FunctionHandler
from callevents.settings.model import Settings


def build(settings: Settings) -> Application:
    """Return the application; its libraries are imported here, not with this module."""
    from callevents.webhook.handler import WebhookHandler

    return WebhookHandler(settings)


function = FunctionHandler(build, name="webhook", http_only=True)
handler = function.handler
initialize = function.initialize
