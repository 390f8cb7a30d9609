"""What slack-bolt calls for each kind of request: one module for a way in, each with `register(app)`.

Another way in is one more module and one more line in LISTENERS. The first listener that matches answers; what none of
them takes ends in fallback.py.
"""

from collections.abc import Callable
from typing import TYPE_CHECKING

from callevents.slack.listeners import click, command, form, home_tab, mention, shortcut

if TYPE_CHECKING:
    from slack_bolt import App

LISTENERS: tuple["Callable[[App], None]", ...] = (
    command.register,
    click.register,
    form.register,
    shortcut.register,
    mention.register,
    home_tab.register,
)
