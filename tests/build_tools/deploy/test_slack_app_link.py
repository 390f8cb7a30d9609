"""The link that makes the Slack app."""

import json
from urllib.parse import parse_qs, urlsplit

import pytest
import yaml

from callevents_build.artefact.build import PROJECT
from callevents_build.deploy.steps.slack_app_link import ASSISTANT, PLACEHOLDER, PLAIN, link, manifest

ADDRESS = "https://callevents-slack-abcdefghij.cn-hongkong.fcapp.run"
MAX_LINK_CHARS = 8000  # as servers and browsers take an address


@pytest.mark.parametrize(("name", "places"), [(PLAIN, 3), (ASSISTANT, 4)])
@pytest.mark.parametrize("address", [ADDRESS, f"{ADDRESS}/"])
def test_it_holds_the_manifest_with_the_address_in_all_its_places(
    address: str, name: str, places: int
) -> None:
    parts = urlsplit(link(PROJECT, address, name))

    assert (parts.netloc, parts.path) == ("api.slack.com", "/apps")
    query = parse_qs(parts.query, strict_parsing=True)
    assert query.keys() == {"new_app", "manifest_json"}
    read = json.loads(query["manifest_json"][0])
    assert read == manifest(PROJECT, address, name)
    assert json.dumps(read).count(f"{ADDRESS}/") == places
    assert "example.com" not in json.dumps(read)
    assert len(link(PROJECT, address, name)) < MAX_LINK_CHARS


@pytest.mark.parametrize("name", [PLAIN, ASSISTANT])
def test_but_for_the_address_it_is_the_manifest_in_the_repository(name: str) -> None:
    text = (PROJECT / "functions/slack" / name).read_text("utf-8")

    assert manifest(PROJECT, PLACEHOLDER, name) == yaml.safe_load(text)
