"""Whether there is a browser, and that CI has one."""

import os
from pathlib import Path

from callevents_build.browser import MISSING, chromium


def test_ci_has_a_browser() -> None:
    needed, there = bool(os.environ.get("CI")), chromium() is not None
    assert there or not needed, MISSING


def test_one_can_be_named() -> None:
    assert chromium({"CHROMIUM": "/opt/chromium/chrome"}) == Path("/opt/chromium/chrome")
