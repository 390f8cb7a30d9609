"""Reads the job ids in a message of Slack: in its text, blocks, attachments, shared messages and files.

What a person wrote is read generously. What another app or a website wrote (a message or an attachment with a
`bot_id`, an unfurled link), and the names of files, are read strictly. Values and addresses of buttons, menus and
images, ids of blocks and actions, and names of channels and people are no text. Never raises.
Sources: https://docs.slack.dev/reference/block-kit/blocks, https://docs.slack.dev/legacy/legacy-messaging/legacy-secondary-message-attachments,
https://docs.slack.dev/reference/objects/file-object
"""

import re
from collections.abc import Sequence
from typing import Final

from callevents.calls.job_ids import JobIds, job_ids, read_job_ids
from callevents.calls.written_job_ids import find_whole_job_ids
from callevents.slack.requests.fields import Json, nested, objects, printable

MAX_CHARS: Final = 65_536
MAX_LEVELS: Final = 24
MAX_ADDRESS_CHARS: Final = 3000
_MAX_ITEMS: Final = 1000

# What is shown of a block or an element, in this order; whatever else it has is not text.
_SHOWN: Final = (
    "title", "rich_text_title", "subtitle", "header", "text", "caption", "description", "body", "details", "output",
    "fields", "elements", "columns", "rows", "blocks", "child_blocks", "cards", "tasks", "accessory",
)  # fmt: skip
_ID_CHARS: Final = "-0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
_FILE_TEXTS: Final = ("title", "name", "subject", "plain_text", "preview")
_ONE_LINE: Final = frozenset({"rich_text_section", "rich_text_preformatted", "rich_text_quote"})
# An element of which only the label is shown, of which only the title is, and of which nothing is.
_BUTTONS: Final = frozenset({"button", "workflow_button", "icon_button"})
_IMAGES: Final = frozenset({"image", "video", "file"})
_SILENT: Final = (
    r".*_select|overflow|checkboxes|radio_buttons|.*picker|.*_input|input|feedback_buttons|divider"
    r"|user|usergroup|channel|team|emoji|color|date|broadcast"
)
_LINK: Final = (
    r"<(?P<url>https?://[^<>|\s]{1,3000})(?:\|(?P<label>[^<>]{0,3000}))?>|(?P<raw>https?://[^\s<>|]+)"
)
_UNFURLED: Final = ("bot_id", "app_unfurl_url", "service_name", "is_app_unfurl")
_APP_MESSAGE: Final = "bot_message"


def shown_text(message: Json) -> str:
    """Return all text that people see in *message*, no matter who wrote it, without addresses of links."""
    reader = _MessageReader()
    reader.read(message, by_app=False)
    return f"{reader.text(by_app=False, links=False)}\n{reader.text(by_app=True, links=False)}"


def job_ids_of(message: Json, *, typed: bool = False) -> JobIds:
    """Return the job ids in *message*, *typed* if a person is known to have written it, whatever it says.

    Of what apps wrote: whole ids with `job-`, in addresses of links too; if the message has none, uuids alone and other
    forms, not from addresses.
    """
    reader = _MessageReader()
    reader.read(message, by_app=not typed and _is_by_app(message))
    typed_text = reader.text(by_app=False, links=True)
    found = read_job_ids(typed_text) if typed_text.strip() else JobIds()
    whole = [*found.whole, *find_whole_job_ids(reader.text(by_app=True, links=True))]
    fragments = found.fragments
    if not whole:
        others = read_job_ids(reader.text(by_app=True, links=False), alone=False)
        whole = list(others.whole)
        fragments += tuple(each for each in others.fragments if each.flaw == "cut")
    return job_ids(whole, fragments)


def _is_by_app(message: Json) -> bool:
    return bool(message.get("bot_id")) or message.get("subtype") == _APP_MESSAGE


def _is_unfurled(attachment: Json) -> bool:
    """Say whether *attachment* is of an app or of a website, not a message that a person shares or wrote."""
    if any(attachment.get(name) for name in _UNFURLED):
        return True
    is_message = attachment.get("is_msg_unfurl") or attachment.get("is_share")
    return bool(attachment.get("from_url")) and not is_message


class _MessageReader:
    """Collects the lines of a message, and the addresses of its links, apart by who wrote them."""

    def __init__(self) -> None:
        # Of a person and of an app: lines, each with the addresses of its links.
        self._lines: dict[bool, list[tuple[str, list[str]]]] = {False: [], True: []}
        self._length = 0
        self._by_app = False

    def text(self, *, by_app: bool, links: bool) -> str:
        """Return the lines that an app, or a person, wrote, each with the addresses of its links below it."""
        lines = self._lines[by_app]
        parts = [part for line, addresses in lines for part in (line, *(addresses if links else ()))]
        return printable("\n".join(parts))

    def read(self, message: Json, *, by_app: bool, level: int = 0) -> None:
        """Read a message, also one that is shared in another."""
        if level > MAX_LEVELS:
            return
        self._by_app = by_app
        self._add(message.get("text"))
        self._walk(message.get("blocks"), level + 1)
        for attachment in objects(message, "attachments"):
            self._read_attachment(attachment, by_app or _is_unfurled(attachment), level + 1)
        self._by_app = True
        for file in objects(message, "files", 20):
            for name in _FILE_TEXTS:
                self._add(file.get(name))

    def _read_attachment(self, attachment: Json, by_app: bool, level: int) -> None:
        length, self._by_app = self._length, by_app
        for name in ("pretext", "title"):
            self._add(attachment.get(name))
        self.read(attachment, by_app=by_app, level=level)
        self._by_app = by_app
        for field in objects(attachment, "fields"):
            self._add(field.get("title"))
            self._add(field.get("value"))
        for shared in objects(attachment, "message_blocks"):
            self.read(nested(shared, "message"), by_app=by_app, level=level)
        self._by_app = by_app
        self._add(attachment.get("footer"))
        if self._length == length:
            self._add(attachment.get("fallback"))
        self._add("", [attachment.get(name) for name in ("title_link", "from_url")])

    def _walk(self, part: object, level: int) -> None:
        """Read a block, an element, a list of them, or a text, each on a line of its own."""
        if level > MAX_LEVELS or self._length >= MAX_CHARS:
            return
        if isinstance(part, str):
            self._add(part)
        elif isinstance(part, list):
            for item in part[:_MAX_ITEMS]:
                self._walk(item, level + 1)
        elif isinstance(part, dict):
            self._walk_element(part, level)

    def _walk_element(self, element: Json, level: int) -> None:
        kind = element.get("type")
        kind = kind if isinstance(kind, str) else ""
        if kind in _ONE_LINE:
            self._add_line(objects(element, "elements", _MAX_ITEMS))
        elif kind == "link":
            self._add_line([element])
        elif kind in _BUTTONS:
            self._walk(element.get("text"), level + 1)
        elif kind in _IMAGES:
            self._walk(element.get("title"), level + 1)
        elif not re.fullmatch(_SILENT, kind):
            for name in _SHOWN:
                self._walk(element.get(name), level + 1)

    def _add_line(self, elements: Sequence[Json]) -> None:
        """Add a line of rich text: an id in it may be partly bold, or partly a link."""
        texts = [_shown_in_line(element) for element in elements]
        line = "".join(text if isinstance(text, str) else " " for text in texts)
        self._add(line, [element.get("url") for element in elements if element.get("type") == "link"])

    def _add(self, text: object, addresses: Sequence[object] = ()) -> None:
        """Add a text with the labels of its links in their places, and the addresses of its links."""
        if not isinstance(text, str) or not (text or addresses) or self._length >= MAX_CHARS:
            return
        text, links = (
            _cut(text, MAX_CHARS - self._length),
            [each for each in addresses if isinstance(each, str)],
        )
        if "://" in text:
            links += [link["url"] or link["raw"] for link in re.finditer(_LINK, text)]
            text = re.sub(_LINK, lambda link: link["label"] or " ", text)
        links = [_cut(each, MAX_ADDRESS_CHARS) for each in links]
        self._length += len(text) + sum(map(len, links)) + bool(text or links)
        self._lines[self._by_app].append((text, links))


def _shown_in_line(element: Json) -> object:
    """Return the text of an element of rich text; of a telephone link without one, the number that it shows."""
    if element.get("type") == "link" and not element.get("text"):
        address = element.get("url")
        return (
            address.removeprefix("tel:") if isinstance(address, str) and address.startswith("tel:") else None
        )
    kind = element.get("type")  # of any kind itself: what cannot be hashed is in no set
    return element.get("text") if isinstance(kind, str) and kind in {"text", "link"} else None


def _cut(text: str, limit: int) -> str:
    """Return at most *limit* characters of *text*, none of them of an id that goes on behind them."""
    return text if len(text) <= limit else text[:limit].rstrip(_ID_CHARS)
