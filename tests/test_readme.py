"""The README is true: its settings, files and commands are those there are."""

import re
from collections import Counter
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text("utf-8")
CHINESE = (ROOT / "README.zh-CN.md").read_text("utf-8")
SOURCE = (ROOT / "shared/callevents/settings.py").read_text("utf-8")
SETTINGS = sorted(set(re.findall(r'"((?:SLACK|CCC|CALLEVENTS)_[A-Z_]+)"', SOURCE)))


@pytest.mark.parametrize("name", SETTINGS)
def test_every_setting_is_in_the_table(name: str) -> None:
    table = README.partition("## Configure it")[2].partition("### Alerts")[0]

    assert f"`{name}`" in table


def test_the_table_names_nothing_that_is_no_setting() -> None:
    table = README.partition("## Configure it")[2].partition("### Alerts")[0]
    named = set(re.findall(r"`((?:SLACK|CCC|CALLEVENTS)_[A-Z_]+)`", table))

    assert set(SETTINGS) == named


def test_every_make_target_it_names_is_there() -> None:
    makefile = (ROOT / "Makefile").read_text("utf-8")
    targets = set(re.findall(r"^([a-z-]+):", makefile, re.MULTILINE))

    named = set(re.findall(r"(?:^|`)make ([a-z-]+)", README, re.MULTILINE))

    assert named
    assert named <= targets


def test_every_file_it_names_is_there() -> None:
    files = set(re.findall(r"`((?:functions|shared|tests)/[\w./-]+)`", README))
    images = set(re.findall(r"!\[[^\]]*\]\(([^)#]+)\)", README))

    assert files
    assert [] == [name for name in sorted(files | images) if not (ROOT / name).exists()]


def test_the_chinese_version_says_the_same() -> None:
    code = r"`([^`\n]+)`"
    english = Counter(re.findall(code, README))
    chinese = Counter(re.findall(code, CHINESE))
    missing = {
        each for each in english - chinese if each.isascii() and "…" not in each and "alias" not in each
    }

    assert set() == missing
    for what in ("^#+ ", r"^\|"):
        assert len(re.findall(what, README, re.MULTILINE)) == len(re.findall(what, CHINESE, re.MULTILINE))


def test_every_route_of_an_alert_is_there() -> None:
    from callevents.settings import ROUTES

    alerts = README.partition("### Alerts")[2].partition("## How it works")[0]

    assert [] == [route for route in ROUTES if f"/{route}" not in alerts]
