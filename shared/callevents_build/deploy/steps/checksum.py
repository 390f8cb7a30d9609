"""The checksum by which Function Compute knows code again: CRC-64 as its storage computes it, as a decimal number.

https://www.alibabacloud.com/help/en/oss/developer-reference/check-data-transmission-integrity-by-using-crc-64
"""

import struct
from functools import cache
from typing import Final

_POLYNOMIAL: Final = 0xC96C5795D7870F42  # ECMA-182, reflected
_ALL: Final = (1 << 64) - 1


def crc64(content: bytes) -> str:
    """Return the checksum of *content*; eight bytes at a time, since Python is slow at one."""
    tables = _tables()
    t0, t1, t2, t3, t4, t5, t6, t7 = tables
    value, whole = _ALL, len(content) // 8 * 8
    for (word,) in struct.iter_unpack("<Q", content[:whole]):
        value ^= word
        value = (
            t7[value & 0xFF]
            ^ t6[value >> 8 & 0xFF]
            ^ t5[value >> 16 & 0xFF]
            ^ t4[value >> 24 & 0xFF]
            ^ t3[value >> 32 & 0xFF]
            ^ t2[value >> 40 & 0xFF]
            ^ t1[value >> 48 & 0xFF]
            ^ t0[value >> 56]
        )
    for byte in content[whole:]:
        value = t0[(value ^ byte) & 0xFF] ^ value >> 8
    return str(value ^ _ALL)


@cache
def _tables() -> list[list[int]]:
    tables = [[_entry(byte) for byte in range(256)]]
    for _ in range(7):
        tables.append([tables[0][value & 0xFF] ^ value >> 8 for value in tables[-1]])
    return tables


def _entry(value: int) -> int:
    for _ in range(8):
        value = value >> 1 ^ (_POLYNOMIAL if value & 1 else 0)
    return value
