"""The link that makes the Slack app: a manifest in `functions/slack/`, with the slack function's address in it."""

import json
from pathlib import Path
from typing import Any, Final
from urllib.parse import quote

PLACEHOLDER: Final = "https://REQUEST_URL.example.com/"
# Without Slack's assistant, which not every workspace has: elsewhere Slack refuses what is for it; and with it.
PLAIN: Final = "manifest.yml"
ASSISTANT: Final = "manifest-assistant.yml"
_NEW_APP: Final = "https://api.slack.com/apps?new_app=1&manifest_json="


def manifest(project: Path, address: str, name: str = PLAIN) -> dict[str, Any]:
    """Return the manifest in the file *name*, of the app whose requests go to *address*."""
    import yaml

    text = (project / "functions" / "slack" / name).read_text("utf-8")
    found: dict[str, Any] = yaml.safe_load(text.replace(PLACEHOLDER, f"{address.rstrip('/')}/"))
    return found


def link(project: Path, address: str, name: str = PLAIN) -> str:
    """Return the address of the page at Slack that offers to make the app; it holds nothing secret."""
    text = json.dumps(manifest(project, address, name), ensure_ascii=False, separators=(",", ":"))
    return _NEW_APP + quote(text, safe="")
