"""The arguments of a Web API call, form or JSON, and how it refuses."""

import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from urllib.parse import parse_qsl

from callevents_sandbox.slack.posted import Block
from callevents_sandbox.slack.web_api.block_limits import Surface, problems, too_long


class ApiError(Exception):
    """The method refuses: `ok` false, the word *code*, and more members."""

    def __init__(self, code: str, **more: object) -> None:
        super().__init__(code)
        self.code = code
        self.more = more


@dataclass(frozen=True, slots=True)
class Arguments:
    """The arguments of a call; `base_url` is where this Slack is reached, `refused` the blocks it does not have yet."""

    given: Mapping[str, object]
    base_url: str
    refused: Collection[str] = ()

    def text(self, name: str, otherwise: str = "") -> str:
        """Return the text called *name*."""
        value = self.given.get(name)
        return value if isinstance(value, str) else otherwise

    def needed(self, name: str) -> str:
        """Return the text called *name*; raise ApiError if it is missing."""
        if not self.text(name):
            raise ApiError(
                "invalid_arguments",
                response_metadata={"messages": [f"[ERROR] missing required field: {name}"]},
            )
        return self.text(name)

    def flag(self, name: str) -> bool:
        """Return whether *name* is true, in either spelling."""
        return self.given.get(name) in {True, "true", "1"}

    def structure(self, name: str) -> object:
        """Return what *name* holds, parsed where it came as JSON text in a form."""
        value = self.given.get(name)
        if not isinstance(value, str):
            return value
        try:
            parsed: object = json.loads(value)
        except (ValueError, RecursionError):
            raise ApiError("invalid_json") from None
        return parsed

    def blocks(self, surface: Surface = "message") -> list[Block]:
        """Return the blocks; raise ApiError if Slack would not show them."""
        return checked(self.structure("blocks"), surface, self.refused)


def checked(blocks: object, surface: Surface, refused: Collection[str] = ()) -> list[Block]:
    """Return *blocks* if Slack shows them on *surface*; raise ApiError else."""
    if blocks is None:
        return []
    if not isinstance(blocks, list):
        raise ApiError("invalid_blocks_format")
    if found := problems(blocks, surface, refused):
        raise ApiError(
            "invalid_blocks",
            errors=found,
            response_metadata={"messages": [f"[ERROR] {each}" for each in found]},
        )
    if surface == "message" and too_long(blocks):
        raise ApiError("msg_blocks_too_long")
    return blocks


def read_arguments(content_type: str, query: str, body: bytes) -> dict[str, object]:
    """Return what a request gives, of form, JSON and query; raise ApiError for a body that cannot be read."""
    given: dict[str, object] = dict(parse_qsl(query, keep_blank_values=True))
    if content_type.partition(";")[0].strip().lower() == "application/json":
        try:
            parsed = json.loads(body or b"{}")
        except (ValueError, RecursionError):
            raise ApiError("invalid_json") from None
        if not isinstance(parsed, dict):
            raise ApiError("json_not_object")
        return given | parsed
    return given | dict(parse_qsl(body.decode("utf-8", "replace"), keep_blank_values=True))
