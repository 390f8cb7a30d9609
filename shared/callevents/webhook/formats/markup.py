"""Reads XML and HTML as far as an alert needs it: a few fields, and the text. Total, and takes linear time."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from html import unescape

from callevents.webhook.formats.text_fields import text_fields

_MARKUP = re.compile(r"\s*<(?:!doctype\b|\?xml\b|!--|[a-z][\w:.-]{0,100}[\s/>])", re.IGNORECASE)
_TAG = re.compile(r"(/?)([A-Za-z][\w:.-]{0,100})((?:\s.*)?)", re.DOTALL)
_ATTRIBUTE = re.compile(r"(?<![\w:.-])([A-Za-z][\w:.-]{0,60})\s{0,5}=\s{0,5}(?:\"([^\"]*)\"|'([^']*)')")
_MAX_TAG_CHARS = 4000
_MAX_FIELD_CHARS = 1000
_MAX_OPEN = 200
_SKIPPED = frozenset({"script", "style", "template"})
_INLINE = frozenset(
    {"a", "abbr", "b", "code", "em", "font", "i", "mark", "small", "span", "strong", "sub", "sup", "u", "wbr"}
)
_CELLS = frozenset({"td", "th", "dt", "dd"})
_VOID = frozenset({"br", "hr", "img", "meta", "link", "input", "wbr", "col"})
_HTML = frozenset({"html", "body", "div", "p", "table", "br", "h1", "h2", "h3"})
_HEADINGS = frozenset({"h1", "h2", "h3"})
# Elements whose attribute says which field they are.
_NAMED = frozenset(
    {"field", "property", "param", "parameter", "attribute", "label", "item", "entry", "var", "data"}
)
_FIELDS = frozenset({
    "title", "summary", "subject", "name", "alertname", "text", "message", "description", "status", "state",
    "alertstate", "alertstatus", "severity", "level", "priority", "id",
})  # fmt: skip
_STATES = frozenset({"status", "state", "alertstate", "alertstatus"})
_SUBJECTS = frozenset({"alert", "event", "incident", "alarm", "notification"})


@dataclass(slots=True)
class Markup:
    """A document as far as it is read: its fields by lower-case name, its text, and whether it is HTML."""

    fields: dict[str, object] = field(default_factory=dict)
    words: str = ""
    is_html: bool = False


def parse_markup(text: str) -> Markup | None:
    """Return what *text* says if it begins as XML or HTML does, else None."""
    return _Parser().parse(text) if _MARKUP.match(text) else None


class _Parser:
    """`_open` are the elements that are not closed, each with the number of texts before it, and its field's name.

    `_found` are the fields with their values, and whether they are attributes.
    """

    def __init__(self) -> None:
        self._texts: list[str] = []
        self._open: list[tuple[str, int, str]] = []
        self._found: list[tuple[str, str, bool]] = []
        self._names: set[str] = set()
        self._skipped = ""

    def parse(self, text: str) -> Markup:
        for is_tag, piece in _pieces(text):
            if is_tag:
                self._tag(piece)
            elif not self._skipped:
                self._texts.append(piece)
        for _name, start, named in self._open:  # what was cut off
            if named in _FIELDS:
                self._add(
                    named,
                    " ".join("".join(self._texts[start : start + 2])[:_MAX_FIELD_CHARS].split()),
                    is_subject=False,
                )
        words = "\n".join(line.strip(" ") for line in "".join(self._texts).splitlines() if line.strip())
        is_html = not self._names.isdisjoint(_HTML)
        return Markup(self._fields(words, is_html=is_html), words, is_html)

    def _fields(self, words: str, *, is_html: bool) -> dict[str, object]:
        fields: dict[str, object] = {}
        # In HTML, other names and attributes belong to the page.
        for name, value, is_attribute in self._found:
            if value and (not is_html or (name == "title" and not is_attribute)):
                fields.setdefault(name, value)
        states = [f"status: {value}" for name, value, _ in self._found if name == "status"]
        in_text = text_fields("\n".join([*states, words]))
        status = {"status": in_text["status"]} if "status" in in_text else {}
        return in_text | fields | status

    def _tag(self, piece: str) -> None:
        tag = _TAG.fullmatch(piece[:_MAX_TAG_CHARS].rstrip("/"))
        if tag is None:
            return
        name = tag[2].rpartition(":")[2].lower()
        if self._skipped:
            self._skipped = "" if tag[1] and name == self._skipped else self._skipped
            return
        if tag[1]:
            self._close(name)
        else:
            self._begin(name, tag[3])
            if piece.endswith("/") or name in _VOID:
                self._close(name)
        if name not in _INLINE:
            self._texts.append("\t" if name in _CELLS else "\n")

    def _begin(self, name: str, attributes: str) -> None:
        self._names.add(name)
        is_subject = not self._open or name in _SUBJECTS
        named = name
        for found in _ATTRIBUTE.finditer(attributes):
            attribute, value = found[1].lower().removeprefix("data-"), unescape(found[2] or found[3] or "")
            if name in _NAMED and attribute in {"name", "key"} and value.lower() in _FIELDS:
                named = value.lower()
            else:
                self._add(attribute, value, is_subject=is_subject, is_attribute=True)
        if name in _SKIPPED:
            self._skipped = name
        elif len(self._open) < _MAX_OPEN:
            self._open.append((name, len(self._texts), named))

    def _close(self, name: str) -> None:
        for depth in range(len(self._open) - 1, max(-1, len(self._open) - 4), -1):
            if self._open[depth][0] == name:
                _, start, named = self._open[depth]
                del self._open[depth:]
                if named in _FIELDS or named in _HEADINGS:
                    parent = self._open[-1][0] if self._open else ""
                    text = " ".join("".join(self._texts[start : start + 50])[:_MAX_FIELD_CHARS].split())
                    self._add(named, text, is_subject=len(self._open) <= 1 or parent in _SUBJECTS)
                return

    def _add(self, name: str, value: str, *, is_subject: bool, is_attribute: bool = False) -> None:
        """Keep a field. An id is the alert's only if it is its subject's."""
        name = "title" if name in _HEADINGS else "status" if name in _STATES else name
        if name in _FIELDS and (name != "id" or is_subject):
            self._found.append((name, value.strip(), is_attribute))


def _pieces(text: str) -> Iterator[tuple[bool, str]]:
    """Yield what stands between angle brackets (True), and the text around (False), unescaped."""
    at, end = 0, text.find(">")
    while (start := text.find("<", at)) >= 0:
        if start > at:
            yield False, unescape(text[at:start])
        if text.startswith("<!--", start):
            at = _after(text, "-->", start)
        elif text.startswith("<![CDATA[", start):
            at = _after(text, "]]>", start)
            yield False, text[start + len("<![CDATA[") : at].removesuffix("]]>")
        else:
            end = text.find(">", start) if -1 < end < start else end
            if end < 0 or not (text[start + 1].isalpha() or text[start + 1] in "/!?"):
                yield False, "<"
                at = start + 1
                continue
            yield True, text[start + 1 : end]
            at = end + 1
    yield False, unescape(text[at:])


def _after(text: str, mark: str, start: int) -> int:
    found = text.find(mark, start)
    return len(text) if found < 0 else found + len(mark)
