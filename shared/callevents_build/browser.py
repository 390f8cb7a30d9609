"""Finds the browser for the page's tests and pictures."""

import os
import shutil
from collections.abc import Mapping
from pathlib import Path

_NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
_ELSEWHERE = (
    Path("/Applications/Google Chrome.app/Contents/MacOS/Google Chrome"),
    Path("/Applications/Chromium.app/Contents/MacOS/Chromium"),
)
MISSING = (
    "No Chromium here, so the page was not tried in a browser (install one, or set CHROMIUM to its path)."
)


def chromium(environ: Mapping[str, str] = os.environ) -> Path | None:
    """Return the path of Chromium or Chrome: the one that CHROMIUM names, else the first found, else None."""
    named = environ.get("CHROMIUM")
    if named:
        return Path(named)
    found = next((path for name in _NAMES if (path := shutil.which(name))), None)
    return Path(found) if found else next((path for path in _ELSEWHERE if path.exists()), None)
