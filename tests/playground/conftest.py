"""The page on a stack of its own; in a browser where there is one (CI must have one: test_browser.py)."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from callevents_build import browser
from callevents_sandbox.__main__ import SETTINGS
from callevents_sandbox.control import front_door
from callevents_sandbox.server.serving import serve
from callevents_sandbox.stack import Stack, open_stack

PROJECT = Path(__file__).resolve().parents[2]
collect_ignore = [] if browser.chromium() else ["test_in_browser.py"]


@pytest.fixture
def stack() -> Iterator[Stack]:
    # What is shown is tried here, not how fast this machine is: browser, servers and functions share it.
    with open_stack(environ=SETTINGS, ack_timeout=30.0) as opened:
        yield opened


@pytest.fixture
def url(stack: Stack) -> Iterator[str]:
    with serve(front_door.application(stack)) as served:
        yield served
