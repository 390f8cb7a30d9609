"""The checksum by which Function Compute knows code again: CRC-64 (ECMA-182, reflected), as a decimal number."""

_POLYNOMIAL = 0xC96C5795D7870F42
_ALL = 0xFFFFFFFFFFFFFFFF


def _entry(value: int) -> int:
    for _ in range(8):
        value = value >> 1 ^ (_POLYNOMIAL if value & 1 else 0)
    return value


_TABLE = tuple(map(_entry, range(256)))


def crc64(content: bytes) -> str:
    """Return the checksum of *content*."""
    value, table = _ALL, _TABLE
    for byte in content:
        value = table[(value ^ byte) & 0xFF] ^ value >> 8
    return str(value ^ _ALL)
