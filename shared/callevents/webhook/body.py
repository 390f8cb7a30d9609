"""Decodes the body of an alert: JSON, also broken, a form, markup or text."""

import hashlib
import json
import re
import zlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import partial

from callevents.invocation import Request
from callevents.webhook.json_path import parse_json

MAX_BODY_BYTES = 1 << 20
# How often JSON may be written in a JSON string.
MAX_JSON_LEVELS = 3
# No length of this many digits is allowed; int() rejects thousands of digits.
_MAX_LENGTH_DIGITS = 12

_GZIP = frozenset({"gzip", "x-gzip"})
_CHINESE = "gb18030"  # holds GBK and GB2312
_CHARSETS = {
    "gbk": _CHINESE, "gb2312": _CHINESE, "gb18030": _CHINESE, "cp936": _CHINESE, "big5": "big5",
    "utf-16": "utf-16", "utf-16le": "utf-16-le", "utf-16be": "utf-16-be", "utf-32": "utf-32",
    "iso-8859-1": "cp1252", "latin1": "cp1252", "windows-1252": "cp1252",
    "shift_jis": "cp932", "euc-jp": "euc_jp", "euc-kr": "euc_kr",
}  # fmt: skip
_CHARSET = re.compile(r'charset\s*=\s*"?([0-9a-z_.:-]{1,40})', re.IGNORECASE | re.ASCII)
# Fields of a form that hold a whole document.
_DOCUMENT_FIELDS = frozenset({"", "payload", "payload_json", "json"})
# What bytes that are not text decode to.
_BLANK = re.compile(r"[\s\x00-\x1f\x7f-\x9f\ufffd\ufeff]*")


class RequestRejected(Exception):
    """The request is wrong in itself: `status` and `headers` of the response, `reason` in our own words."""

    def __init__(self, status: int, reason: str, headers: Mapping[str, str] | None = None) -> None:
        """Keep what the response needs."""
        super().__init__(reason)
        self.status = status
        self.reason = reason
        self.headers = headers or {}


@dataclass(frozen=True, slots=True)
class Document:
    """A decoded body.

    `tree` is what JSON or a form's fields gave, or the fields that could be recognized in anything else, None if there
    are none. `words` is the plain text, "" for JSON and forms. With `is_exact`, everything stands in `tree`.
    """

    text: str = field(repr=False)
    tree: object = field(default=None, repr=False)
    words: str = field(default="", repr=False)
    is_exact: bool = False
    is_html: bool = False

    @property
    def content(self) -> object:
        """What is searched for job ids."""
        return self.tree if self.is_exact else [self.text, self.words, self.tree]

    @property
    def digest(self) -> str:
        """A hash of the text."""
        return hashlib.sha256(self.text.encode("utf-8", "surrogatepass")).hexdigest()


def check_size(request: Request) -> None:
    """Raise RequestRejected (413) if the body, or its declared length, is over MAX_BODY_BYTES."""
    if len(request.body) > MAX_BODY_BYTES or _declared_length(request) > MAX_BODY_BYTES:
        raise RequestRejected(413, "over 1 MiB: send less at once (in Alertmanager: max_alerts)")


def _declared_length(request: Request) -> int:
    length = request.headers.get("content-length", "").strip()
    if not (length.isascii() and length.isdigit()):
        return 0
    return int(length) if len(length) <= _MAX_LENGTH_DIGITS else MAX_BODY_BYTES + 1


def read_document(body: bytes, headers: Mapping[str, str]) -> Document:
    """Decode *body*. JSON is tried first whatever the content type says, then a form; all else is text.

    Raises RequestRejected: 415 for a content encoding other than gzip, 413 for more than MAX_BODY_BYTES unpacked, 400
    for an empty body.
    """
    body = _unpacked(body, headers.get("content-encoding", ""))
    kind = headers.get("content-type", "")
    charset = _charset(kind)
    text = _decoded(body, charset).lstrip("\ufeff")
    if _BLANK.fullmatch(text):
        raise RequestRejected(400, "an empty body")
    return (
        _read_json(text, text, MAX_JSON_LEVELS)
        or _read_form(body, kind, charset, text)
        or _read_text(text, text)
    )


def _read_json(text: str, part: str, levels: int) -> Document | None:
    """Read the *part* of the body *text* that may be JSON, itself or in a JSON string; None if it is none."""
    try:
        tree = parse_json(part)
    except ValueError:
        return _read_broken_json(text, part)
    if not isinstance(tree, str):
        return Document(text, tree, is_exact=True)
    inner = _read_json(text, tree, levels - 1) if levels else None
    return inner or _read_text(text, tree)


def _read_broken_json(text: str, part: str) -> Document | None:
    from callevents.webhook.formats.broken_json import parse_broken_json

    try:
        return Document(text, parse_broken_json(part))
    except ValueError:
        return None


def _read_form(body: bytes, kind: str, charset: str | None, text: str) -> Document | None:
    from callevents.webhook.formats.forms import form_fields, multipart_fields

    decode = partial(_decoded, charset=charset)
    parts = multipart_fields(body, kind, decode)
    fields = parts or form_fields(body.strip(), kind, decode)
    if not fields:
        return None
    whole = (
        next(iter(fields.values())) if len(fields) == 1 and not _DOCUMENT_FIELDS.isdisjoint(fields) else None
    )
    if isinstance(whole, str) and whole.strip():
        return _read_json(text, whole, MAX_JSON_LEVELS) or _read_text(text, whole)
    # The head of a part may name a file.
    return Document(text, fields, is_exact=parts is None)


def _read_text(text: str, part: str) -> Document:
    """Read the *part* of the body *text* that is neither JSON nor a form."""
    from callevents.webhook.formats.markup import parse_markup
    from callevents.webhook.formats.text_fields import text_fields

    markup = parse_markup(part)
    if markup is not None:
        return Document(text, markup.fields or None, markup.words, is_html=markup.is_html)
    return Document(text, text_fields(part) or None, part)


def _unpacked(body: bytes, encoding: str) -> bytes:
    encoding = encoding.strip().lower()
    if encoding in {"", "identity"}:
        return body
    if encoding not in _GZIP:
        raise RequestRejected(415, "send the body as it is, or with Content-Encoding: gzip")
    stream = zlib.decompressobj(wbits=31)
    try:
        unpacked = stream.decompress(body, MAX_BODY_BYTES + 1)
    except zlib.error:
        raise RequestRejected(400, "a body that is not gzip") from None
    if len(unpacked) > MAX_BODY_BYTES:
        raise RequestRejected(413, "over 1 MiB unpacked")
    if not stream.eof or stream.unused_data:
        raise RequestRejected(400, "a truncated gzip body, or more than one")
    return unpacked


def _charset(content_type: str) -> str | None:
    named = _CHARSET.search(content_type[:500])
    return _CHARSETS.get(named.group(1).lower()) if named else None


def _decoded(data: bytes, charset: str | None) -> str:
    # An id in UTF-16 or UTF-32 has zero bytes; a body declared so without any is in another encoding.
    if charset is None and data.startswith((b"\xff\xfe", b"\xfe\xff")):
        charset = "utf-32" if data[2:4] == b"\x00\x00" else "utf-16"
    elif charset is None and b"\x00" in data[:4]:
        charset = json.detect_encoding(data)  # of JSON without a byte order mark
    if charset is not None and charset.startswith("utf"):
        if b"\x00" in data:
            return data.decode(charset, "replace")
        charset = None
    try:
        # Whatever the content type says: text in GBK is hardly ever valid UTF-8, but UTF-8 read as GBK may lose the
        # first letter of an id.
        return data.decode()
    except UnicodeDecodeError:
        pass
    if charset is not None:
        return data.decode(charset, "replace")
    try:
        return data.decode(_CHINESE)
    except UnicodeDecodeError:
        return data.decode("utf-8", "replace")
