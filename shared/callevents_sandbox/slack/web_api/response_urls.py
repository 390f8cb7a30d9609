"""Posts to a response_url: five in 30 minutes; new, in place of the original, or to delete it.

Source: https://docs.slack.dev/interactivity/handling-user-interaction#message_responses
"""

import json
from collections.abc import Collection
from dataclasses import dataclass

from callevents_sandbox.slack.posted import Document, Posted, content, metadata_of
from callevents_sandbox.slack.web_api.block_limits import problems, too_long
from callevents_sandbox.slack.workspace import USES, ResponseUrl, Workspace


@dataclass(frozen=True, slots=True)
class Verdict:
    """What Slack answers to a post: HTTP status and text."""

    status: int
    text: str


_FINE = Verdict(200, "ok")


def take(workspace: Workspace, token: str, body: bytes) -> Verdict:
    """Carry out the post *body* to the response_url of *token*."""
    with workspace.lock:
        url = workspace.response_urls.get(token)
        if url is None:
            return Verdict(404, "no_such_url")
        if workspace.clock() > url.expires_at:
            return Verdict(410, "expired_url")
        if url.uses >= USES:
            return Verdict(404, "used_url")
        given = _message(body)
        deletes = given is not None and given.get("delete_original") is True
        error = (
            "invalid_payload"
            if given is None
            else None
            if deletes
            else unfit(given, workspace.refused_blocks)
        )
        if given is None or error:
            return Verdict(400, error or "invalid_payload")
        url.uses += 1
        _show(workspace, url, given)
    return _FINE


def _message(body: bytes) -> Document | None:
    try:
        given = json.loads(body)
    except (ValueError, RecursionError):
        return None
    return given if isinstance(given, dict) else None


def unfit(given: Document, refused: Collection[str]) -> str | None:
    """Return the error word for a message that Slack does not show, None for one that it does."""
    text, blocks = content(given)
    raw = given.get("blocks")
    if not text and not raw:
        return "no_text"
    if raw is not None and (not isinstance(raw, list) or problems(raw, refused=refused)):
        return "invalid_blocks"
    if given.get("metadata") is not None and metadata_of(given) is None:
        return "invalid_metadata_format"
    return "msg_blocks_too_long" if too_long(blocks) else None


def show(workspace: Workspace, url: ResponseUrl, given: Document, *, acknowledgement: bool) -> Posted:
    """Show the message *given*, to the person alone unless it says in_channel; return it."""
    text, blocks = content(given)
    in_channel = given.get("response_type") == "in_channel"
    thread = given.get("thread_ts", url.thread_ts)
    posted = workspace.post(
        url.channel,
        workspace.app.bot_user,
        text,
        blocks,
        way="acknowledgement" if acknowledgement else "response_url",
        ephemeral_to=None if in_channel else url.user,
        thread_ts=thread if isinstance(thread, str) else None,
    )
    posted.metadata = metadata_of(given) if in_channel else None
    url.shown.append(posted)
    if url.original is None:
        url.original = posted
    return posted


def _show(workspace: Workspace, url: ResponseUrl, given: Document) -> None:
    original = url.original
    if given.get("delete_original") is True:
        if original:
            original.deleted = True
            workspace.journal.write("slack", "deleted", channel=original.channel, ts=original.ts)
    elif given.get("replace_original") is True and original and not original.deleted:
        text, blocks = content(given)
        workspace.change(original, text, blocks, "response_url")
        url.shown.append(original)
    else:
        show(workspace, url, given, acknowledgement=False)
