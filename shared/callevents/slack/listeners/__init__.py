"""What slack-bolt calls for each kind of request: one module for a way in, each with `listen(ack, context)`.

Another way in is one more module and one more line in `_ways`. The first listener that matches answers; what none of
them takes ends in fallback.py. A module is loaded when its first request comes: a cold start for a command pays for the
command only.
"""

import re
from collections.abc import Callable
from typing import TYPE_CHECKING

from callevents.slack.listeners import commands as command
from callevents.slack.requests.action_value import (
    EVENTS_PAGES,
    MORE,
    OPEN_CALL,
    REFRESH,
    SEARCH,
    SHARE,
)

if TYPE_CHECKING:
    from slack_bolt import Ack, App, BoltContext

LOOK_UP_CALL = "look_up_call"
SEARCH_FORM = "search_form"
_PAGES = "|".join(EVENTS_PAGES)
_ELEMENTS = re.compile(
    rf"\A(?:{REFRESH}|{SHARE}|{MORE}|{'|'.join(EVENTS_PAGES)}|{SEARCH}|{OPEN_CALL}_[0-9]{{1,3}})\Z",
    re.ASCII,
)


def _ways(app: "App") -> None:
    """Answer every element, form, shortcut and event that this version knows."""
    app.block_action(_ELEMENTS)(_on_click)
    app.view_submission(SEARCH_FORM)(_on_form)
    app.shortcut(LOOK_UP_CALL)(_on_shortcut)
    app.event("app_mention")(_on_mention)
    app.event("app_home_opened")(_on_home_tab)


def _on_click(ack: "Ack", context: "BoltContext") -> None:
    from callevents.slack.listeners.actions import listen

    listen(ack, context)


def _on_form(ack: "Ack", context: "BoltContext") -> None:
    from callevents.slack.listeners.views import listen

    listen(ack, context)


def _on_shortcut(ack: "Ack", context: "BoltContext") -> None:
    from callevents.slack.listeners.shortcuts import listen

    listen(ack, context)


def _on_mention(ack: "Ack", context: "BoltContext") -> None:
    from callevents.slack.listeners.app_mention import listen

    listen(ack, context)


def _on_home_tab(ack: "Ack", context: "BoltContext") -> None:
    from callevents.slack.listeners.app_home import listen

    listen(ack, context)


LISTENERS: tuple["Callable[[App], None]", ...] = (command.register, _ways)
