"""Fixtures of the report: a call and its events."""

from tests.slack.block_kit_judges import _call, _event, _judges  # noqa: F401 - fixtures
