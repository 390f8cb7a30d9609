"""Text from outside as one harmless line."""

_CONTROL = (*range(0x20), *range(0x7F, 0xA0))
_DIRECTION = (0x061C, 0x200E, 0x200F, *range(0x202A, 0x202F), *range(0x2066, 0x206A))
_SEPARATORS = (0x2028, 0x2029)
_SURROGATES = range(0xD800, 0xE000)

# Every character has a case of its own: a line break, a tab or an override becomes a blank, half a character nothing.
_HARMLESS: dict[int, str | None] = {
    **dict.fromkeys((*_CONTROL, *_DIRECTION, *_SEPARATORS), " "),
    **dict.fromkeys(_SURROGATES),
}


def clean(text: str) -> str:
    """Return *text* with a blank for each control, direction and line-separator character, without lone surrogates."""
    return text if text.isprintable() else text.translate(_HARMLESS)
