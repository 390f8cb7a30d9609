import copy
import json
import re
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml

from callevents.slack.handler import MCP_PATH

ROOT = Path(__file__).parents[2]
MANIFEST = yaml.safe_load((ROOT / "functions/slack/manifest.yml").read_text("utf-8"))
# For workspaces with Slack's assistant.
ASSISTANT = yaml.safe_load((ROOT / "functions/slack/manifest-assistant.yml").read_text("utf-8"))
SCOPES = MANIFEST["oauth_config"]["scopes"]
SCHEMA = json.loads((ROOT / "tests/data/slack/manifest.schema.json").read_text("utf-8"))


@pytest.mark.parametrize("manifest", [MANIFEST, ASSISTANT])
def test_the_manifest_is_one_that_slack_takes(manifest: Any) -> None:
    jsonschema.validate(manifest, SCHEMA)


def test_the_assistants_manifest_is_the_other_one_and_its_server() -> None:
    without: Any = copy.deepcopy(ASSISTANT)
    servers = without.pop("mcp_servers")
    without["oauth_config"]["scopes"]["bot"].remove("mcp:connect")

    assert without == MANIFEST
    assert servers == {
        "callevents": {
            "url": f"{MANIFEST['settings']['interactivity']['request_url'].rstrip('/')}{MCP_PATH}",
            "auth_type": "slack_identity_auth",
        }
    }


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("url", "http://x.example/mcp"),
        ("url", f"https://x.example/{'x' * 500}"),
        ("auth_type", "none"),
        ("key", "x"),
    ],
)
def test_the_schema_finds_a_wrong_server(name: str, value: str) -> None:
    broken: Any = copy.deepcopy(ASSISTANT)
    broken["mcp_servers"]["callevents"][name] = value

    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(broken, SCHEMA)


@pytest.mark.parametrize(
    ("path", "value"),
    [
        (("display_information", "name"), "x" * 36),
        (("features", "shortcuts", 0, "name"), "x" * 25),
        (("features", "slash_commands", 0, "command"), "callevents"),
        (("oauth_config", "scopes", "bots"), []),
        (("settings", "interactivity", "request_url"), "ftp://x"),
    ],
)
def test_the_schema_finds_a_seeded_error(path: tuple[str | int, ...], value: object) -> None:
    broken: Any = copy.deepcopy(MANIFEST)
    inner = broken
    for step in path[:-1]:
        inner = inner[step]
    inner[path[-1]] = value

    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(broken, SCHEMA)


def test_the_ways_in_are_those_the_code_listens_to() -> None:
    features, settings = MANIFEST["features"], MANIFEST["settings"]

    assert ["/callevents"] == [command["command"] for command in features["slash_commands"]]
    assert ["look_up_call"] == [shortcut["callback_id"] for shortcut in features["shortcuts"]]
    assert {"app_home_opened", "app_mention"} == set(settings["event_subscriptions"]["bot_events"])


def test_everything_comes_in_at_one_url() -> None:
    urls = {
        MANIFEST["features"]["slash_commands"][0]["url"],
        MANIFEST["settings"]["event_subscriptions"]["request_url"],
        MANIFEST["settings"]["interactivity"]["request_url"],
    }

    assert 1 == len(urls)


def test_only_what_every_answer_needs_is_not_optional() -> None:
    assert {"commands", "chat:write"} == set(SCOPES["bot"]) - set(SCOPES["bot_optional"])


def test_what_is_optional_is_asked_for() -> None:
    """Slack does not request a scope that is named under `bot_optional` alone, and refuses an event without its own."""
    assert set(SCOPES["bot_optional"]) <= set(SCOPES["bot"])
    assert "app_mentions:read" in SCOPES["bot"]


@pytest.mark.parametrize("readme", ["functions/README.md", "functions/README.zh-CN.md"])
def test_the_readme_explains_every_scope_and_no_other(readme: str) -> None:
    text = (ROOT / readme).read_text("utf-8")
    tables = re.findall(r"(?:^\|.*\n)+", text, re.MULTILINE)
    (table,) = [each for each in tables if "`commands`" in each]
    rows = re.findall(r"^\| (`[a-z_.:]+`(?:[,\u3001] ?`[a-z_.:]+`)*) \|", table, re.MULTILINE)
    named = {scope for row in rows for scope in re.findall(r"`([a-z_.]+(?::[a-z_.]+)*)`", row)}

    assert set(ASSISTANT["oauth_config"]["scopes"]["bot"]) == named
