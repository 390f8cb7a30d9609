"""The playground: a page that shows the sandbox's Slack, lets people use it, and shows what goes over the wire."""

from callevents_sandbox.playground.routes import page, routes

__all__ = ["page", "routes"]
