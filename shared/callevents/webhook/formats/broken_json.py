"""Parses JSON that a template has broken, as what it means.

Trailing and missing commas, quotes inside a string, values and names without quotes, single quotes, comments, a
truncated end, several documents in a row, a document in quotes that are not escaped, quotes and punctuation of a word
processor or of a Chinese keyboard, a document escaped for HTML or for an address. Takes linear time.
"""

import re

# Deeper than any alert; Python's own parser stops at about a thousand levels.
MAX_LEVELS = 100

_JSON = re.compile(r"\s*(?:\{\s*(?:[\"'}]|[A-Za-z_][\w-]{0,60}\s*:)|\[\s*[\[{\"'])", re.ASCII)
_ESCAPED_JSON = re.compile(r"\s*[\[{]\s*(?:\{\s*)?\\[\"']")
_ENTITIES_OF_JSON = re.compile(r"\s*[\[{]\s*(?:\{\s*)?&(?:quot|#0{0,5}34|#x0{0,5}22);", re.IGNORECASE)
_PERCENT_JSON = re.compile(r"(?:%7B|%5B)(?:%7B|\+|%20|%0[AD])*%(?:22|27)", re.IGNORECASE)
# Quotes that a word processor or a keyboard made. What they quote inside a string stays as it is.
_TYPOGRAPHIC = re.compile(r"\s*[\[{]\s*(?:\{\s*)?[\u201c\u201d\u201e\u201f\uff02]")
_QUOTES = re.compile(r"[\u201c\u201d\u201e\u201f\uff02]")
# A colon that is missing between a name and its string.
_NO_COLON = re.compile(r"(?<=[{,])(\s*\"[\w .-]{1,60}\")[ \t]+(?=\"[^\"\n]{0,300}\"\s*[,}])")
_SPECIAL = {quote: re.compile(rf"\\.|{quote}", re.DOTALL) for quote in "\"'"}
# Blanks, also without a width, and the punctuation of other keyboards.
_GAP = r"[\s\u200b-\u200d\u2060\ufeff]*"
_COMMA = r"[,;\uff0c\uff1b]"
_COLON = r"[:\uff1a]"
# What follows a quote that ends a name, or a value; any other quote belongs to the string.
_NAME_END = re.compile(rf"{_GAP}{_COLON}")
_END = (
    rf"{_GAP}(?:\Z|{_COMMA}{_GAP}(?:[\"'\[{{}}\]]|-?[0-9]|(?:true|false|null)\b|//|/\*|\Z)"
    rf"|[}}\]]{_GAP}(?:[,}}\]{{\[]|//|/\*|\Z)|//|/\*|\"[\w .-]{{1,60}}\"{_GAP}{_COLON}"
)
_VALUE_END = re.compile(rf"{_END})")
# Where names have no quotes: also `, state: "ok"`.
_VALUE_END_BEFORE_NAME = re.compile(rf"{_END}|,\s*[A-Za-z_][\w-]{{0,60}}\s*:)", re.ASCII)
_BARE_NAMES = re.compile(r"\s*[\[{]\s*(?:\{\s*)?[A-Za-z_][\w-]{0,60}\s*:", re.ASCII)
_MAX_COMMENT_CHARS = 1000
_BLANK = re.compile(
    rf"(?:[\s,:;\uff0c\uff1b\uff1a\u200b-\u200d\u2060\ufeff]|//[^\n]{{0,{_MAX_COMMENT_CHARS}}}|/\*[^*]{{0,{_MAX_COMMENT_CHARS}}}(?:\*(?!/)[^*]{{0,{_MAX_COMMENT_CHARS}}}){{0,20}}\*/)*"
)
_BARE_NAME = re.compile(r"[^\s:,{}\[\]\"']+")
_BARE_VALUE = re.compile(r"[^,\n{}\[\]\"]+")
_ESCAPE = re.compile(r"\\(?:u([0-9a-fA-F]{4})|(.))", re.DOTALL)
_ESCAPES = {"b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t"}
_WORDS: dict[str, object] = {
    "true": True,
    "false": False,
    "null": None,
    "None": None,
    "True": True,
    "False": False,
}


def parse_broken_json(text: str) -> object:
    """Return the object or list that *text* means, a list of them if it holds several.

    Raises ValueError if it does not look like JSON, is empty, or is nested deeper than MAX_LEVELS.
    """
    text = text.strip()
    if text[:1] in {'"', "'"} and text[-1:] == text[:1]:
        text = text[1:-1]
    text = _with_plain_quotes(text)
    if not _JSON.match(text):
        msg = "not JSON"
        raise ValueError(msg)
    found = _Parser(text).parse()
    if not any(found):
        msg = "empty"
        raise ValueError(msg)
    return found[0] if len(found) == 1 else found


def _with_plain_quotes(text: str) -> str:
    """Return *text* with the marks of JSON where it begins with others."""
    if _PERCENT_JSON.match(text):
        from urllib.parse import unquote_plus

        text = unquote_plus(text)
    if _ENTITIES_OF_JSON.match(text):
        from html import unescape

        text = unescape(text)
    if _ESCAPED_JSON.match(text):
        text = text.replace('\\"', '"')
    if _TYPOGRAPHIC.match(text):
        text = _QUOTES.sub('"', text)
    return _NO_COLON.sub(r"\1:", text)


class _Parser:
    """Reads one text; `_open` are the objects and lists that are not closed yet, `_names` the pending names."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._at = 0
        self._value_end = _VALUE_END_BEFORE_NAME if _BARE_NAMES.match(text) else _VALUE_END
        self._documents: list[object] = []
        self._open: list[dict[str, object] | list[object]] = []
        self._names: list[str | None] = []

    def parse(self) -> list[object]:
        """Return the objects and lists at the top."""
        while self._skip_blanks():
            character = self._text[self._at]
            if character in "{[":
                self._begin({} if character == "{" else [])
            elif character in "}]":
                self._at += 1
                if self._open:
                    self._open.pop()
                    self._names.pop()
            elif self._awaits_name():
                self._names[-1] = self._name(character)
            else:
                self._put(self._value(character))
        return self._documents

    def _skip_blanks(self) -> bool:
        blanks = _BLANK.match(self._text, self._at)
        self._at = blanks.end() if blanks else self._at
        return self._at < len(self._text)

    def _awaits_name(self) -> bool:
        return bool(self._open) and isinstance(self._open[-1], dict) and self._names[-1] is None

    def _begin(self, container: dict[str, object] | list[object]) -> None:
        if len(self._open) >= MAX_LEVELS:
            msg = "nested too deep"
            raise ValueError(msg)
        self._at += 1
        if self._open:
            self._put(container)
        else:
            self._documents.append(container)
        self._open.append(container)
        self._names.append(None)

    def _put(self, value: object) -> None:
        if not self._open:
            return
        container, name = self._open[-1], self._names[-1]
        if isinstance(container, list):
            container.append(value)
        else:
            container[name or ""] = value
            self._names[-1] = None

    def _name(self, character: str) -> str | None:
        """Return the name of a member; None for a word that no colon follows."""
        name = self._string(character, _NAME_END) if character in _SPECIAL else self._bare(_BARE_NAME)
        colon = _NAME_END.match(self._text, self._at)
        return name if colon else None

    def _value(self, character: str) -> object:
        if character in _SPECIAL:
            return self._string(character, self._value_end)
        word = self._bare(_BARE_VALUE).strip()
        return _WORDS.get(word, word)

    def _bare(self, pattern: re.Pattern[str]) -> str:
        found = pattern.match(self._text, self._at)
        # A character that nothing here begins with is skipped.
        self._at = found.end() if found else self._at + 1
        return found.group() if found else ""

    def _string(self, quote: str, end: re.Pattern[str]) -> str:
        """Read a string to the quote that ends it, else to the end of the text."""
        start = self._at + 1
        for found in _SPECIAL[quote].finditer(self._text, start):
            if found.group() == quote and end.match(self._text, found.end()):
                self._at = found.end()
                return _unescape(self._text[start : found.start()])
        self._at = len(self._text)
        return _unescape(self._text[start:])


def _unescape(text: str) -> str:
    if "\\" not in text:
        return text
    text = _ESCAPE.sub(lambda found: _character(found[1], found[2]), text)
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def _character(code: str | None, letter: str) -> str:
    return chr(int(code, 16)) if code else _ESCAPES.get(letter, letter)
