"""The page in a real browser, used through what is visible: roles and labels. The steps are in scenarios.mjs."""

import re
import subprocess
from pathlib import Path

import pytest

from callevents_build.browser import chromium
from callevents_build.node import install
from callevents_build.page_bundle import bundle

PROJECT = Path(__file__).resolve().parents[2]
SCENARIOS = Path(__file__).with_name("scenarios.mjs")
NAMES = re.findall(r"^export async function (\w+)", SCENARIOS.read_text("utf-8"), re.MULTILINE)


@pytest.fixture(scope="session")
def node() -> Path:
    bundle(PROJECT)
    return install(PROJECT)


@pytest.mark.parametrize("name", NAMES)
def test_in_browser(name: str, node: Path, url: str) -> None:
    line = [str(node), str(SCENARIOS.with_name("browser.mjs")), str(chromium()), url, name]
    done = subprocess.run(line, capture_output=True, text=True, timeout=120, cwd=PROJECT, check=False)
    assert done.returncode == 0, done.stderr
