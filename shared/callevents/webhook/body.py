"""Decodes the body of an alert: JSON, a form or text."""

import hashlib
import re
import zlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import unquote_to_bytes

from callevents.invocation import Request
from callevents.webhook.json_path import parse_json

MAX_BODY_BYTES = 1 << 20
MAX_FORM_FIELDS = 1000
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
_FORM_TYPE = "application/x-www-form-urlencoded"
_LOOKS_LIKE_FORM = re.compile(rb"[0-9A-Za-z%+._*-]{1,200}=[0-9A-Za-z%+&=._~*!'()-]*")
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
    """A decoded body: `tree` is what JSON or the form's fields gave, None for text."""

    text: str = field(repr=False)
    tree: object = field(default=None, repr=False)

    @property
    def content(self) -> object:
        """What is searched for job ids."""
        return self.text if self.tree is None else self.tree

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
    try:
        return Document(text, parse_json(text))
    except ValueError:
        return Document(text, _form(body.strip(), kind, charset))


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
        charset = "utf-16"
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


def _form(body: bytes, content_type: str, charset: str | None) -> dict[str, object] | None:
    """Return the fields of a form, a list where a name has several values; None if *body* is not a form."""
    if not (content_type.strip().lower().startswith(_FORM_TYPE) or _LOOKS_LIKE_FORM.fullmatch(body)):
        return None
    pairs = body.split(b"&", MAX_FORM_FIELDS)
    if len(pairs) > MAX_FORM_FIELDS or b"=" not in body:
        return None
    fields: dict[str, object] = {}
    for pair in pairs:
        name, _, value = (_decoded(unquote_to_bytes(part), charset) for part in _parts(pair))
        held = fields.get(name)
        if held is None:
            fields[name] = value
        elif isinstance(held, list):
            held.append(value)
        else:
            fields[name] = [held, value]
    return fields


def _parts(pair: bytes) -> tuple[bytes, bytes, bytes]:
    return pair.replace(b"+", b" ").partition(b"=")
