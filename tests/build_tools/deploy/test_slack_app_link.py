"""The link that makes the Slack app."""

import json
from urllib.parse import parse_qs, urlsplit

import pytest
import yaml

from callevents_build.artefact.build import PROJECT
from callevents_build.deploy.steps.slack_app_link import PLACEHOLDER, link, manifest

ADDRESS = "https://callevents-slack-abcdefghij.cn-hongkong.fcapp.run"
MAX_LINK_CHARS = 8000  # as servers and browsers take an address


@pytest.mark.parametrize("address", [ADDRESS, f"{ADDRESS}/"])
def test_it_holds_the_manifest_with_the_address_in_all_three_places(address: str) -> None:
    parts = urlsplit(link(PROJECT, address))

    assert (parts.netloc, parts.path) == ("api.slack.com", "/apps")
    query = parse_qs(parts.query, strict_parsing=True)
    assert query.keys() == {"new_app", "manifest_json"}
    read = json.loads(query["manifest_json"][0])
    assert read == manifest(PROJECT, address)
    assert json.dumps(read).count(f"{ADDRESS}/") == 3
    assert "example.com" not in json.dumps(read)
    assert len(link(PROJECT, address)) < MAX_LINK_CHARS


def test_but_for_the_address_it_is_the_manifest_in_the_repository() -> None:
    text = (PROJECT / "functions/slack/manifest.yml").read_text("utf-8")

    assert manifest(PROJECT, PLACEHOLDER) == yaml.safe_load(text)
