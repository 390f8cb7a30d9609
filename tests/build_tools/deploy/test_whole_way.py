"""From an account with nothing in it and an empty `.env` to an answered /callevents, by running `make deploy` again."""

import json
import re
from typing import Any
from urllib.parse import parse_qs, urlsplit

import jsonschema
import pytest

from callevents_build.artefact.build import PROJECT
from callevents_build.rehearsal.cloud import EmptyCloud
from callevents_sandbox.fixtures.samples import sample
from callevents_sandbox.slack import Sender

pytestmark = [pytest.mark.node, pytest.mark.socket]

SCHEMA = json.loads((PROJECT / "tests/data/slack/manifest.schema.json").read_text("utf-8"))
NAMES = ["callevents-slack", "callevents-webhook", "callevents-worker"]


def app_of(text: str) -> dict[str, Any]:
    """Return the manifest of the link that is printed, as Slack reads it."""
    (link,) = re.findall(r"https://api\.slack\.com/apps\?\S+", text)
    query = parse_qs(urlsplit(link).query)
    assert query["new_app"] == ["1"]
    manifest: dict[str, Any] = json.loads(query["manifest_json"][0])
    jsonschema.validate(manifest, SCHEMA)
    return manifest


def test_from_nothing_to_the_first_answer(whole_cloud: EmptyCloud) -> None:
    cloud = whole_cloud
    first = cloud.make("deploy")

    assert first.status == 1
    assert "1 of 5" in first.text
    for name in ("ALIBABA_CLOUD_ACCESS_KEY_ID=…", "ALIBABA_CLOUD_ACCESS_KEY_SECRET=…", "CCC_INSTANCE_ID=…"):
        assert name in first.text
    assert (cloud.account.asked, cloud.functions.changes) == ([], [])

    cloud.paste_key()
    second = cloud.make("deploy")

    assert second.status == 0, second.text
    assert sorted(cloud.account.roles) == sorted(cloud.account.policies) == NAMES
    assert sorted(cloud.functions.functions) == NAMES
    manifest = app_of(second.text)
    assert "SLACK_SIGNING_SECRET=…" in second.text
    address = manifest["features"]["slash_commands"][0]["url"]
    assert address == manifest["settings"]["interactivity"]["request_url"]
    # Without the secret nobody is answered.
    sender = Sender(cloud.workspace, address, cloud.urls["slack"])
    assert sender.command("help").status == 401

    cloud.paste_slack()
    third = cloud.make("deploy")

    assert third.status == 0, third.text
    assert "All checks passed." in third.text
    call = sample("abandoned-in-queue")
    shown = sender.command(call.job_id)
    assert shown.status == 200
    assert shown.message is not None
    assert "the caller gave up in the queue" in json.dumps(shown.message.blocks)

    cloud.functions.changes.clear()
    asked = len(cloud.account.changes())
    fourth = cloud.make("deploy")

    assert fourth.status == 0, fourth.text
    assert "nothing was changed" in fourth.text
    assert cloud.functions.changes == []
    assert len(cloud.account.changes()) == asked
