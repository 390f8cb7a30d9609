"""The page on a world of its own; in a browser where there is one (CI must have one: test_browser.py)."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from callevents_build import browser
from callevents_sandbox.__main__ import SETTINGS
from callevents_sandbox.control import front_door as desk
from callevents_sandbox.server.serving import serve
from callevents_sandbox.stack import Stack, open_world

PROJECT = Path(__file__).resolve().parents[2]
collect_ignore = [] if browser.chromium() else ["test_in_browser.py"]


@pytest.fixture
def world() -> Iterator[Stack]:
    # What is shown is tried here, not how fast this machine is: browser, servers and functions share it.
    with open_world(environ=SETTINGS, patience=30.0) as opened:
        yield opened


@pytest.fixture
def url(world: Stack) -> Iterator[str]:
    with serve(desk.application(world)) as served:
        yield served
