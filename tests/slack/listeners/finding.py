"""What tests of finding calls share: who may, what is asked, and what is shown."""

import json
import re
from typing import Any
from urllib.parse import parse_qs

NUMBER, MASKED = "13800000201", "138******01"
DAY = "2026-03-04"
WORKER = {"worker": "callevents-worker"}
ALLOWED = {
    "search_users": frozenset({"U0MEI"}),
    "agents": {"U0MEI": "alice@ccc-test", "U0ZHANG": "bob@ccc-test"},
}
FULL = re.compile(r"(?<![0-9A-Za-z-])(?:\+?86)?0?(?:1380000\d{4}|0?57000000\d{3})(?![0-9A-Za-z])")
# alice's calls of these days are more than a page.
MANY = "find agent alice 2026-03-01 2026-03-10"


def asked(env: Any) -> list[dict[str, str]]:
    """Return the parameters of each search that the contact center got."""
    return [
        {name: values[0] for name, values in parse_qs(each.query).items()}
        for each in env.slack_env.center.asked
        if each.action == "ListCallDetailRecordsV2"
    ]


def content(message: Any) -> str:
    return json.dumps([message.text, message.blocks], ensure_ascii=False)


def table(message: Any) -> list[list[str]]:
    (found,) = [block for block in message.blocks if block["type"] in {"table", "data_table"}]
    return [[cell["text"] for cell in row] for row in found["rows"]]
