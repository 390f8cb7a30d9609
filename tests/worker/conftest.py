"""Fixtures of the worker: those of Slack, on a real socket."""

import pytest

from tests.slack.conftest import SlackEnv, _job, _servers, _slack_env, _workspace_env  # noqa: F401 - fixtures


@pytest.fixture(name="stage")
def _stage(slack_env: SlackEnv) -> SlackEnv:
    return slack_env
