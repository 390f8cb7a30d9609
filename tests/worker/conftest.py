"""Fixtures of the worker: those of Slack, on a real socket."""

from tests.slack.conftest import _job, _servers, _stage, _town  # noqa: F401 - fixtures
