"""Buttons as the tests press, read and forge them."""

import json
from typing import Any

import pytest

from callevents_sandbox.slack.elements import Usable
from tests.support.audit import audit_lines

WORKER = {"worker": "callevents-worker"}
MEI = {"full_numbers_users": frozenset({"U0MEI"})}


def audited(caplog: pytest.LogCaptureFixture) -> list[tuple[str, str, str, str]]:
    return [(line["action"], line["entry"], line["user"], line["outcome"]) for line in audit_lines(caplog)]


def labels(message: Any) -> list[str]:
    rendered = json.dumps(message.blocks, ensure_ascii=False)
    return [label for label in ("Refresh", "Share in channel", "Reveal numbers", "Help") if label in rendered]


def share(workspace_env: Any, text: str, channel: str = "C0SUPPORT") -> Any:
    """Share the answer to *text*; return the message that everybody reads."""
    workspace_env.press(workspace_env.answer(text, channel=channel), "share")
    (shared,) = workspace_env.answers("U0ZHANG", channel)
    return shared


def forge(workspace_env: Any, place: Any, action_id: str, value: str, *, user: str = "U0MEI") -> Any:
    """Press a button that says something else than what we wrote."""
    action: dict[str, object] = {"type": "button", "action_id": action_id, "block_id": "b", "value": value}
    shown = workspace_env.sender.use(place, Usable("", action), user=user)
    assert (shown.status, shown.body) == (200, b"")
    return shown
