"""A workspace in which calls may be found."""

from typing import Any

import pytest

from tests.slack.listeners.finding import ALLOWED


@pytest.fixture(name="env")
def _env(workspace_env: Any) -> Any:
    workspace_env.build(**ALLOWED)
    return workspace_env
