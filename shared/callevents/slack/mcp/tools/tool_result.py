"""The result of a tool: a short text, and the document as data; or a sentence that says why there is none."""

from typing import NamedTuple

from callevents.slack.mcp.tools.untrusted import as_data


class ToolResult(NamedTuple):
    """The answer of a tool; without a `document` it is an error, which the model may correct or pass on."""

    text: str
    document: dict[str, object] | None = None

    def to_json(self) -> dict[str, object]:
        """Return the result as the protocol writes it.

        The document stands there twice: as structured content, and as text for a client that reads nothing else.
        """
        if self.document is None:
            return {"content": [_text(self.text)], "isError": True}
        return {
            "content": [_text(self.text), _text(as_data(self.document))],
            "structuredContent": self.document,
            "isError": False,
        }


def _text(text: str) -> dict[str, object]:
    return {"type": "text", "text": text}
