"""What is shown of Serverless Devs' output; how the component prints changes was tried with its own diff."""

import json
import shlex
from urllib.parse import quote, urlencode

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from callevents_build.deploy.tool.redacted_output import ToolOutput, redact, secrets_in

OUTPUT = """\
[2026-11-28 09:43:06][WARN][s_cli] It is not recommended to run the command as root user.
⌛  Steps for [deploy] of [callevents]
====================
Function callevents-slack was changed, please confirm before deployment:

environmentVariables: {BLANK}
   {REMOVED}: {OLD}
   {NAME}: {OLD} => {NEW}
   SLACK_BOT_TOKEN: {NEW}
cpu: 0.35 => 0.4
runtime: python3.10 => python3.12
description: {OLD} => {NEW}

slack {BLANK}
 Creating function: cn-hongkong/callevents-slack
\x1b[2K\x1b[1A\x1b[2K\x1b[1A\x1b[1G✔ [slack] completed (0.02s)

slack {BLANK}
 Creating function: cn-hongkong/callevents-slack
\x1b[2K\x1b[1A\x1b[1G
🚀  Result for [deploy] of [callevents]
====================
slack: {BLANK}
  region:               cn-hongkong
  environmentVariables: {BLANK}
    {NAME}: {BLANK}
      \"\"\"
        {NEW}
      \"\"\"
  url: {BLANK}
    system_url: https://abc-def.cn-hongkong.fcapp.run
  __component:          fc3@0.1.22
"""
FAILED = """\
✖ [webhook] failed to [deploy] (0.02s)

✖ [webhook] failed to [deploy]:
====================
Error Message:
AccessDenied: the bucket you access is not yours. code: 403, no
SLACK_BOT_TOKEN: xoxb-old-value
{NEW}

A complete log of this run can be found in: /tmp/x/.s/logs/1128094306
Env:       @serverless-devs/s: 3.1.10
"""


def shown(text: str, environ: dict[str, str], **values: str) -> tuple[str, ToolOutput]:
    output = ToolOutput(environ)
    for name, value in {"BLANK": "", **values}.items():
        text = text.replace(f"{{{name}}}", value)
    return "\n".join(each for line in text.split("\n") for each in output.shown(line)), output


def test_steps_addresses_and_plain_changes_are_shown_without_the_values_of_settings() -> None:
    text, output = shown(
        OUTPUT, {}, REMOVED="CCC_INSTANCES", NAME="CALLEVENTS_WEBHOOK_TOKEN", OLD="old-token", NEW="new-token"
    )

    assert text.splitlines() == [
        "    environmentVariables:",
        "       CCC_INSTANCES: [redacted]",
        "       CALLEVENTS_WEBHOOK_TOKEN: [redacted]",
        "       SLACK_BOT_TOKEN: [redacted]",
        "    cpu: 0.35 => 0.4",
        "    runtime: python3.10 => python3.12",
        "    Creating function: cn-hongkong/callevents-slack",
        "  slack: deployed (0.02s)",
        "      region:               cn-hongkong",
        "      environmentVariables:",
        "        CALLEVENTS_WEBHOOK_TOKEN: [redacted]",
        "    https://abc-def.cn-hongkong.fcapp.run",
    ]
    assert output.done == ["slack"]


_LINES = ["s3cr3t", "A: s3cr3t", "- s3cr3t", "  s3cr3t: 1", "Error: s3cr3t", "cpu: s3cr3t", '{"a":"s3cr3t"}']
ANY_VALUE = (
    st.text(st.characters(exclude_categories=["Cs"]), min_size=1).map(lambda value: f"s3cr3t{value}")
    | st.lists(st.sampled_from(_LINES), min_size=1).map("\n".join)
)  # fmt: skip


@given(old=ANY_VALUE, new=ANY_VALUE)
def test_no_value_whatever_is_in_it_is_shown_of_what_was_or_is_deployed(old: str, new: str) -> None:
    text, _ = shown(OUTPUT, {}, REMOVED="REMOVED_LONG_AGO", NAME="CALLEVENTS_WEBHOOK_TOKEN", OLD=old, NEW=new)

    assert "s3cr3t" not in text


def test_the_error_is_shown_without_todays_secrets_and_without_settings() -> None:
    text, output = shown(FAILED, {"X_TOKEN": "the-new-token"}, NEW="it was the-new-token")

    assert output.failed == "webhook"
    assert "AccessDenied: the bucket you access is not yours. code: 403, no" in text
    assert "SLACK_BOT_TOKEN: [redacted]" in text
    assert "it was [redacted]" in text
    assert "/logs/" not in text
    # What is kept of the error, to find out what it means, has none either.
    assert "the-new-token" not in "\n".join(output.error)
    assert "AccessDenied" in output.error[0]


def test_codes_that_control_a_terminal_hide_no_secret_and_reach_none() -> None:
    lines = ["Error Message:", "it was \x1b[31mthe-new\x1b[0m-to\x08ken\x07"]
    output = ToolOutput({"X_TOKEN": "the-new-token"})

    assert [text for line in lines for text in output.shown(line)] == ["    it was [redacted]"]


@pytest.mark.parametrize(
    "line",
    [
        " Creating function: cn-hongkong/LTAI5tTheDeployersKey",
        "    system_url: https://LTAI5tTheDeployersKey.cn-hongkong.fcapp.run".lower(),
        "\u2716 [LTAI5tTheDeployersKey] failed to [deploy] (0.02s)",
    ],
)
def test_a_secret_in_a_line_that_is_shown_is_taken_out_of_it(line: str) -> None:
    secret = "LTAI5tTheDeployersKey"  # a stand-in
    environ = {"ALIBABA_CLOUD_ACCESS_KEY_ID": secret, "X_TOKEN": secret.lower()}

    text, _ = shown(line, environ)

    assert "[redacted]" in text
    assert secret.lower() not in text.lower()


def test_a_secret_is_known_as_yaml_writes_it() -> None:
    secret = """it's a "secret" of \u00e9 \\ ours"""
    secrets = secrets_in({"X_SECRET": secret})

    for printed in (
        yaml.safe_dump({"a": secret}, default_style="'", allow_unicode=True, width=1000),
        yaml.safe_dump({"a": secret}, default_style='"', allow_unicode=True, width=1000),
    ):
        assert "[redacted]" in redact(printed, secrets)
        assert "secret" not in redact(printed, secrets)


def test_a_secret_is_known_however_it_is_written() -> None:
    secret = 'it\'s a/\\pass+word&"more"\u00e9 0001'
    forms = [
        secret,
        json.dumps(secret),
        json.dumps(json.dumps(secret)),
        json.dumps(secret, ensure_ascii=False),
        shlex.quote(secret),
        quote(secret),
        urlencode({"token": secret}),
    ]

    shown = [redact(form, secrets_in({"X_SECRET": secret})) for form in forms]

    assert [each for each in shown if "word" in each or "more" in each] == []


def test_a_key_of_serverless_devs_in_the_environment_is_a_secret() -> None:
    key = {
        "AccountID": "1234567890123456",
        "AccessKeyID": "LTAI5tExample01",
        "AccessKeySecret": "secret-of-key-01",
    }
    secrets = secrets_in({"team_serverless_devs_key": json.dumps(key)})

    assert redact("AccessKeySecret: secret-of-key-01", secrets) == "AccessKeySecret: [redacted]"
    assert redact("AccessKeyID: LTAI5tExample01", secrets) == "AccessKeyID: [redacted]"


@pytest.mark.parametrize("line", ["short C0123456789", "a:longer-one longer-one"])
def test_words_that_are_no_secrets_stay(line: str) -> None:
    secrets = secrets_in(
        {"SLACK_BOT_TOKEN": "short", "CALLEVENTS_CHANNEL": "C0123456789", "X_SECRET": "a:longer-one,b"}
    )

    assert redact(line, secrets) == {"s": line, "a": "[redacted] [redacted]"}[line[0]]
