"""The audit trail, as a test reads it."""

from typing import Any

import pytest


def audit_lines(caplog: pytest.LogCaptureFixture) -> list[dict[str, Any]]:
    """Return the fields of each line so far."""
    return [vars(record) for record in caplog.records if record.name == "callevents.audit"]
