"""The elements of a message or a form that a person can use."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from callevents_sandbox.slack.posted import Block, Document


@dataclass(frozen=True, slots=True)
class Usable:
    """A button, or one entry of an overflow menu: what it says, and what Slack sends when it is used."""

    label: str
    action: Document

    @property
    def action_id(self) -> str:
        """The element's action_id."""
        return str(self.action.get("action_id", ""))


def usable(blocks: Sequence[Block]) -> list[Usable]:
    """Return the elements of *blocks* that can be used, in order."""
    return [
        found
        for number, block in enumerate(blocks)
        for element in _elements(block)
        for found in _uses(element, str(block.get("block_id") or f"b{number}"))
    ]


def choose(blocks: Sequence[Block], what: str) -> Usable:
    """Return the element whose label or action_id is *what*; raise LookupError, naming what there is, if none."""
    there = usable(blocks)
    for each in there:
        if what in {each.label, each.action_id}:
            return each
    msg = f"no {what!r} here; there are {', '.join(repr(each.label) for each in there) or 'no elements'}"
    raise LookupError(msg)


def _elements(block: Block) -> Iterator[Document]:
    listed = block.get("elements") if block.get("type") == "actions" else None
    for element in [*(listed if isinstance(listed, list) else []), block.get("accessory")]:
        if isinstance(element, dict):
            yield element


def _uses(element: Document, block_id: str) -> Iterator[Usable]:
    common = {"type": element.get("type"), "action_id": element.get("action_id", ""), "block_id": block_id}
    if element.get("type") == "button":
        value = {"value": element["value"]} if "value" in element else {}
        yield Usable(_label(element.get("text")), {**common, "text": element.get("text"), **value})
    options = element.get("options")
    for option in options if isinstance(options, list) else []:
        yield Usable(_label(option.get("text")), {**common, "selected_option": option})


def _label(text: object) -> str:
    return str(text.get("text", "")) if isinstance(text, dict) else ""
