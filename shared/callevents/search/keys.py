"""Keys for what is sought: its digest in the audit trail, and its sealed form in a button. Pure.

Both hide a number from everybody who lacks the secret that the keys are derived from: a plain digest of a number is
found by trying all numbers.
"""

import hmac
from base64 import urlsafe_b64decode, urlsafe_b64encode
from hashlib import sha256
from typing import Final

_TAG_BYTES: Final = 16
_MAX_SEALED_CHARS: Final = 1000
# A digest in letters: rules that take keys and numbers out of a log leave it alone.
_LETTERS: Final = str.maketrans("0123456789abcdef", "abcdefghijklmnop")
_DIGEST_LETTERS: Final = 32


def digest(secret: str, kind: str, value: str) -> str:
    """Return 32 letters that are the same for the same *value*: a number with or without leading zeros is the same."""
    same = value.lstrip("0") if kind == "number" else value.casefold()
    key = _key(secret, "callevents search digest 1")
    return hmac.new(key, f"{kind}\0{same}".encode(), sha256).hexdigest()[:_DIGEST_LETTERS].translate(_LETTERS)


def seal(secret: str, text: str, person: str) -> str:
    """Return *text* encrypted and authenticated for *person*, in characters that a button's value may have.

    The tag of the text is its nonce too (the shape of RFC 5297, with HMAC-SHA256 as the function): nothing random is
    needed, the same text is sealed in the same way. A library with a cipher would be as large as the whole function.
    """
    data = text.encode()
    tag = _tag(secret, data, person)
    return urlsafe_b64encode(tag + _xor(data, _stream(secret, tag, len(data)))).rstrip(b"=").decode()


def unseal(secret: str, sealed: str, person: str) -> str | None:
    """Return the text in *sealed*, None where it was not sealed for *person* with *secret*. Never raises."""
    if len(sealed) > _MAX_SEALED_CHARS:
        return None
    try:
        raw = urlsafe_b64decode(sealed + "=" * (-len(sealed) % 4))
    except ValueError:
        return None
    tag, hidden = raw[:_TAG_BYTES], raw[_TAG_BYTES:]
    data = _xor(hidden, _stream(secret, tag, len(hidden)))
    if not hmac.compare_digest(tag, _tag(secret, data, person)):
        return None
    return data.decode("utf-8", "replace")


def _tag(secret: str, data: bytes, person: str) -> bytes:
    who = person.encode()
    message = len(who).to_bytes(4, "big") + who + data
    return hmac.new(_key(secret, "callevents search tag 1"), message, sha256).digest()[:_TAG_BYTES]


def _stream(secret: str, tag: bytes, length: int) -> bytes:
    key = _key(secret, "callevents search stream 1")
    blocks = range(-(-length // sha256().digest_size))
    return b"".join(hmac.new(key, tag + block.to_bytes(4, "big"), sha256).digest() for block in blocks)


def _xor(data: bytes, stream: bytes) -> bytes:
    return bytes(a ^ b for a, b in zip(data, stream, strict=False))


def _key(secret: str, purpose: str) -> bytes:
    return hmac.new(secret.encode(), purpose.encode(), sha256).digest()
