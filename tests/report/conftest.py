"""Fixtures of the report: a call and its events."""

from tests.slack.block_kit_judges import _judges  # noqa: F401 - a fixture
from tests.support.made_calls import _call, _event  # noqa: F401 - fixtures
