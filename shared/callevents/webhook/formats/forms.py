"""Reads the fields of forms, URL-encoded or in parts."""

import re
from collections.abc import Callable, Iterable
from urllib.parse import unquote_to_bytes

MAX_FORM_FIELDS = 1000

_FORM_TYPE = "application/x-www-form-urlencoded"
_LOOKS_LIKE_FORM = re.compile(rb"[0-9A-Za-z%+._*-]{1,200}=[0-9A-Za-z%+&=._~*!'()-]*")
_BOUNDARY = re.compile(r"multipart/.{0,200}?boundary\s*=\s*\"?([^\";\s]{1,200})", re.IGNORECASE | re.DOTALL)
_FIRST_BOUNDARY = re.compile(
    rb"\s*--([^\s-][^\r\n]{0,199}|-+[^\r\n-][^\r\n]{0,199})\r?\ncontent-", re.IGNORECASE
)
_NAME = re.compile(rb"(?<![0-9A-Za-z*])name\s*=\s*(?:\"([^\"\r\n]{0,200})|([^\s;\"]{1,200}))", re.IGNORECASE)
_HEAD_END = re.compile(rb"\r?\n\r?\n")

Decode = Callable[[bytes], str]


def form_fields(body: bytes, content_type: str, decode: Decode) -> dict[str, object] | None:
    """Return the fields of a URL-encoded form, a list where a name has several values; None if *body* is not one."""
    if not (content_type.strip().lower().startswith(_FORM_TYPE) or _LOOKS_LIKE_FORM.fullmatch(body)):
        return None
    pairs = body.split(b"&", MAX_FORM_FIELDS)
    if len(pairs) > MAX_FORM_FIELDS or b"=" not in body:
        return None
    parts = (pair.replace(b"+", b" ").partition(b"=") for pair in pairs)
    return _collect(
        (decode(unquote_to_bytes(name)), decode(unquote_to_bytes(value))) for name, _, value in parts
    )


def multipart_fields(body: bytes, content_type: str, decode: Decode) -> dict[str, object] | None:
    """Return the fields of a form in parts, "" for a part without a name; None if *body* is not one."""
    named = _BOUNDARY.match(content_type.strip())
    if named and b"--" + named[1].encode("latin-1", "replace") not in body:
        named = None  # a header that was written by hand
    first = None if named else _FIRST_BOUNDARY.match(body)
    if named:
        delimiter = b"--" + named[1].encode("latin-1", "replace")
    elif first:
        delimiter = b"--" + first[1].rstrip()
    else:
        return None
    _before, *parts = body.split(delimiter, MAX_FORM_FIELDS)
    if not parts or len(parts) >= MAX_FORM_FIELDS:
        return None
    return _collect(_field(part, decode) for part in parts if not part.startswith(b"--"))


def _field(part: bytes, decode: Decode) -> tuple[str, str]:
    end = _HEAD_END.search(part)
    head, value = (part[: end.start()], part[end.end() :]) if end else (part, b"")
    name = _NAME.search(head)
    return decode((name[1] or name[2] or b"") if name else b""), decode(value).strip("\r\n")


def _collect(pairs: Iterable[tuple[str, str]]) -> dict[str, object]:
    fields: dict[str, object] = {}
    for name, value in pairs:
        held = fields.get(name)
        if held is None:
            fields[name] = value
        elif isinstance(held, list):
            held.append(value)
        else:
            fields[name] = [held, value]
    return fields
