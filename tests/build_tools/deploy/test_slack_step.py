"""What a person is told to do with Slack, by what `.env` holds."""

import pytest

from callevents_build.artefact.build import PROJECT
from callevents_build.deploy.steps.guide import Guide
from callevents_build.deploy.steps.slack import after_the_secrets, has_secrets

ADDRESS = {"slack": "https://callevents-slack-abc.cn-hongkong.fcapp.run"}
SECRET, TOKEN = {"SLACK_SIGNING_SECRET": "kms://a"}, {"SLACK_BOT_TOKEN": "xoxb-1-never-shown"}


def printed(environ: dict[str, str], addresses: dict[str, str], capsys: pytest.CaptureFixture[str]) -> str:
    assert not has_secrets(environ, PROJECT, addresses, Guide())
    return capsys.readouterr().out


def test_without_secrets_there_is_the_link_and_where_they_are_found(
    capsys: pytest.CaptureFixture[str],
) -> None:
    text = printed({}, ADDRESS, capsys)

    assert "https://api.slack.com/apps?new_app=1&manifest_json=" in text
    assert "SLACK_SIGNING_SECRET=…" in text
    assert "SLACK_BOT_TOKEN=…" in text
    assert text.rstrip().endswith("and then: make deploy")


@pytest.mark.parametrize(("held", "needed"), [(SECRET, "SLACK_BOT_TOKEN"), (TOKEN, "SLACK_SIGNING_SECRET")])
def test_with_one_secret_the_other_is_asked_for_and_no_second_app_is_made(
    held: dict[str, str], needed: str, capsys: pytest.CaptureFixture[str]
) -> None:
    text = printed(held, ADDRESS, capsys)

    assert f"{needed}=…" in text
    assert not any(f"{name}=…" in text or value in text for name, value in held.items())
    assert "new_app" not in text


def test_where_the_address_cannot_be_read_the_manifest_is_filled_in_by_hand(
    capsys: pytest.CaptureFixture[str],
) -> None:
    text = printed({}, {}, capsys)

    assert "functions/slack/manifest.yml\n" in text
    assert "REQUEST_URL" in text

    assert "functions/slack/manifest-assistant.yml\n" in printed({"DEPLOY_ASSISTANT": "yes"}, {}, capsys)


def test_with_both_nothing_is_asked(capsys: pytest.CaptureFixture[str]) -> None:
    assert has_secrets({**SECRET, **TOKEN}, PROJECT, ADDRESS, Guide())

    assert ADDRESS["slack"] in capsys.readouterr().out
    assert any(ADDRESS["slack"] in line for line in after_the_secrets(ADDRESS["slack"]))
    assert all("None" not in line for line in after_the_secrets(""))
