"""Slack's stand-in: `Workspace` is its state, `application(workspace)` serves it, `Sender` sends what people do.

`Assistant` asks the app's tools in their name.
"""

from callevents_sandbox.slack.delivery.assistant import Assistant
from callevents_sandbox.slack.delivery.sender import Sender
from callevents_sandbox.slack.delivery.signed_request import Delivery, Shown
from callevents_sandbox.slack.people import App, Channel, Person
from callevents_sandbox.slack.posted import Posted
from callevents_sandbox.slack.web_api.service import application
from callevents_sandbox.slack.workspace import ResponseUrl, View, Workspace

__all__ = [
    "App",
    "Assistant",
    "Channel",
    "Delivery",
    "Person",
    "Posted",
    "ResponseUrl",
    "Sender",
    "Shown",
    "View",
    "Workspace",
    "application",
]
