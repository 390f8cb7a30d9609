"""Job ids in what a person typed or pasted.

Source: https://help.aliyun.com/zh/ccs/developer-reference/api-ccc-2020-07-01-listnotificationrecords
"""

import re

# The id of today, the usual one.
UUID_JOB = r"job-[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"
_UUID = "[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"
# In order: the id of today; its uuid alone, which is no part of something longer; the old id; any other of the form.
# A channel id ends in one of the first or third form, after a dash.
_ID = (
    rf"(?:(?<![0-9a-z])|(?<=-[0-9a-f]{{12}}))job-(?P<uuid>{_UUID})(?:(?![0-9a-z])|(?=job-))"
    rf"|(?<![0-9a-z])(?<![0-9a-z]-)(?P<bare>{_UUID})(?![0-9a-z]|-[0-9a-z])"
    r"|(?<![0-9a-z])job-(?P<number>[0-9]{15,20})(?![0-9a-z]|-[0-9a-z])"
    r"|(?<![0-9a-z])(?<![0-9a-z]-)job-(?=[a-z-]{0,63}[0-9])(?P<other>[0-9a-z-]{3,63}[0-9a-z])-*(?![0-9a-z*-]|\.\.)"
)
_WHOLE = r"job-[0-9a-z-]{4,64}"
_FLAGS = re.IGNORECASE | re.ASCII
_ESCAPES = r"(?:%[0-9A-Fa-f]{2})+"
_ESCAPE_ROUNDS = 2  # a link inside a link
_BETWEEN = r"[\s,;|]+"

_PLAIN: dict[int, str | None] = {
    # What people and their keyboards make of a hyphen.
    **dict.fromkeys(
        (0x058A, *range(0x2010, 0x2016), 0x2043, 0x2212, 0x30FC, 0xFE31, 0xFE32, 0xFE58, 0xFE63, 0xFF0D), "-"
    ),
    # What has no width comes along with copied text.
    **dict.fromkeys((0x00AD, *range(0x200B, 0x2010), *range(0x202A, 0x202F), *range(0x2060, 0x206A), 0xFEFF)),
    0x2026: "*",  # an id that somebody cut with … is none
}


def find_job_ids(text: str) -> list[str]:
    """Return the job ids in *text* in order, each once: `job-…` of 4 to 64 letters, digits and hyphens.

    Links, percent-encoding, quotes, full-width letters, any kind of hyphen and a uuid alone are understood; a uuid is
    given in lower case. An id of letters only is one where nothing else was typed. Takes linear time.
    """
    if re.fullmatch(UUID_JOB, text, re.ASCII):  # as nearly always; a cold start then compiles nothing else
        return [text]
    readings = [_plain(text)]
    for _ in range(_ESCAPE_ROUNDS):
        if "%" not in readings[-1]:
            break
        readings.append(_plain(re.sub(_ESCAPES, _unescaped, readings[-1])))
    found = [_id(match) for match in re.finditer(_ID, readings[-1], _FLAGS)]
    words = [word for word in re.split(_BETWEEN, readings[-1]) if word]
    if not found and words and all(re.fullmatch(_WHOLE, word, _FLAGS) for word in words):
        found = [f"job-{word[4:]}" for word in words]
    return list(dict.fromkeys(found))


def _plain(text: str) -> str:
    """Return *text* with the ASCII form (NFKC) of each character that has one; never longer than it was."""
    if text.isascii():
        return text
    import unicodedata  # large, and seldom needed

    forms = {ord(each): unicodedata.normalize("NFKC", each) for each in set(text) if not each.isascii()}
    return text.translate({**{each: form for each, form in forms.items() if len(form) == 1}, **_PLAIN})


def _unescaped(escapes: re.Match[str]) -> str:
    return bytes.fromhex(escapes.group().replace("%", "")).decode("utf-8", "replace")


def _id(match: re.Match[str]) -> str:
    uuid = match["uuid"] or match["bare"]
    return f"job-{uuid.lower() if uuid else match['number'] or match['other']}"
