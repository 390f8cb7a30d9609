"""Recognises job ids in what a person wrote, generously; `written_job_ids` finds those that a program wrote.

Source: https://help.aliyun.com/zh/ccs/developer-reference/api-ccc-2020-07-01-listnotificationrecords
"""

import re
from bisect import bisect_left
from collections.abc import Iterable, Sequence
from itertools import islice
from typing import Literal, NamedTuple, TypeAlias

# Patterns are compiled when they are first needed, but for the one of a usual id: a cold start passes here.
FLAGS = re.IGNORECASE | re.ASCII
UUID = "[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"
# The id of today, the usual one.
UUID_JOB = re.compile(rf"job-{UUID}", re.ASCII)
UUID_IN_ANY_CASE = UUID.replace("a-f", "A-Fa-f")
# A job id as the contact center makes them: neither a number nor a word that means something fits into it.
MADE_JOB = rf"job-(?:{UUID_IN_ANY_CASE}|[0-9]{{15,20}})"
# Whatever may be an id of a call.
JOB_ID = r"job-[0-9A-Za-z-]{4,64}"
# In order: the id of today; its uuid alone, which is no part of something longer; the old id; any other of the form,
# without a hyphen: job-cleanup-28391234 is a job of something else. A channel id ends in the first or third form.
_ID = (
    rf"(?:(?<![0-9a-z])|(?<=-[0-9a-f]{{12}}))job-(?P<uuid>{UUID})(?:(?![0-9a-z])|(?=job-))"
    rf"|(?<![0-9a-z])(?<![0-9a-z]-)(?P<bare>{UUID})(?![0-9a-z]|-[0-9a-z])"
    r"|(?<![0-9a-z])job-(?P<number>[0-9]{15,20})(?![0-9a-z]|-[0-9a-z])"
    r"|(?<![0-9a-z])(?<![0-9a-z]-)job-(?=[a-z]{0,63}[0-9])(?!(?:[0-9a-f]{8}|[0-9a-f]{32})(?![0-9a-z]))"
    r"(?P<other>[0-9a-z]{4,64})-*(?![0-9a-z*-]|\.\.)"
)
_WHOLE_UUID = rf"(?:job-)?{UUID}"
_WORD = r"(?P<word>[0-9a-z-]{6,})(?P<stars>\*+|\.{2,})?"
# Of a word: the part that begins like a uuid, or like an id where an ellipsis follows.
_CUT = (
    r"(?:.*(?<![0-9a-z]))?(?P<piece>job-[0-9a-f]{8}(?:-[0-9a-f]{4}-[0-9a-z-]*|-[0-9a-f-]*)?)"
    r"|(?P<bare>[0-9a-f]{8}(?:-[0-9a-f]*)+)"
)
_CUT_BY_STARS = r"job-[0-9a-z-]{2,35}"
_HEX = r"(?:job-)?([0-9a-f]{8})([0-9a-f]{4})([0-9a-f]{4})([0-9a-f]{4})([0-9a-f]{12})"
# A uuid whose groups something else than hyphens separates.
_APART = (
    r"(?<![0-9a-z])(?:job[-_ ])?(?P<first>[0-9a-f]{8})(?P<gap>[_ ])"
    + r"(?P=gap)".join(rf"(?P<g{number}>[0-9a-f]{{{length}}})" for number, length in enumerate((4, 4, 4, 12)))
    + r"(?![0-9a-z])"
)
_TOO_LONG = rf"job-{UUID}[0-9a-z]{{1,28}}"
_NUMBER = r"[0-9]{15,20}"
_MAX_CUT_CHARS = 40
_MAX_TYPED_CHARS = 3000
_MAX_FRAGMENTS = 20

ESCAPES = r"(?:%[0-9A-Fa-f]{2})+"
ESCAPE_ROUNDS = 2  # a link inside a link
# An escape of JSON that nobody decoded, before an id: its letter is no part of the word.
_UNDECODED = r"\\(?:[nrtbf]|u[0-9a-f]{4})(?=job-)"
_BETWEEN = r"[\s,;|]+"
# Slack's own marks: a number that it made a link of, and mentions, whose names are no text.
_TELEPHONE = r"<tel:[^<>|]{0,64}\|([^<>|]{0,64})>"
_MENTION = r"<[#@!][^<>]{0,300}>"
_BOLD = r"(?<![\w*])\*([0-9a-z-]{4,68})\*(?![\w*])"
# Bold or italics inside a word, as in job-468a63a2*-1111*-….
_STYLE = r"(?<=[0-9a-z-])[*_~`]{1,3}(?=[0-9a-z-])"
# An id broken by the end of a line, in a quotation too.
_BREAK = (
    r"(?<![0-9a-z-])(?P<left>(?:job-)?[0-9a-f-]{1,35})(?P<gap>\s{1,8}(?:(?:>|&gt;)\s{0,4})?)"
    r"(?=(?P<right>[0-9a-f-]{1,35})(?![0-9a-z-]))"
)

_PLAIN: dict[int, str | None] = {
    # What people and their keyboards make of a hyphen.
    **dict.fromkeys(
        (0x058A, *range(0x2010, 0x2016), 0x2043, 0x2212, 0x30FC, 0xFE31, 0xFE32, 0xFE58, 0xFE63, 0xFF0D), "-"
    ),
    # What has no width comes along with copied text.
    **dict.fromkeys((0x00AD, *range(0x200B, 0x2010), *range(0x202A, 0x202F), *range(0x2060, 0x206A), 0xFEFF)),
    0x2026: "*",  # an id that somebody cut with … is none
}

Flaw: TypeAlias = Literal["cut", "too_long", "no_hyphens", "no_prefix"]


class Fragment(NamedTuple):
    """Text like an id that is none; `meant` is the id where only hyphens or the prefix are missing, else ""."""

    text: str
    flaw: Flaw
    meant: str = ""


class JobIds(NamedTuple):
    """The ids in a text in order, each once, and what is not a whole one."""

    whole: tuple[str, ...] = ()
    fragments: tuple[Fragment, ...] = ()


def read_job_ids(text: str, *, alone: bool = True) -> JobIds:
    """Return the job ids in what a person wrote: `job-…` of 4 to 64 letters, digits and hyphens.

    Links, percent-encoding, quotes, full-width letters, any kind of hyphen, an id broken by a line end and a uuid alone
    are understood; a uuid is given in lower case. An id with hyphens that is no uuid, or of letters only, is one where
    nothing else was written, and *alone* allows that. Takes linear time.
    """
    if UUID_JOB.fullmatch(text):  # as nearly always; a cold start then compiles nothing else
        return JobIds((text,))
    reading = decoded(text)
    matches = [*re.finditer(_ID, reading, FLAGS)]
    found = [_id(match) for match in matches]
    if re.search(_STYLE, reading, FLAGS):
        # A uuid has a length; digits behind a number would make it another.
        plain = re.sub(_STYLE, "", reading, flags=FLAGS)
        found += [_id(match) for match in re.finditer(_ID, plain, FLAGS) if match["uuid"]]
    fragments = _fragments(reading, [match.start() for match in matches])
    if alone and not (found or fragments):
        words = [word for word in re.split(_BETWEEN, reading) if word]
        if all(re.fullmatch(JOB_ID, word, FLAGS) for word in words):
            found = [f"job-{word[4:]}" for word in words]
    return job_ids(found, fragments)


def job_ids(whole: Iterable[str], fragments: Iterable[Fragment]) -> JobIds:
    """Return them without repetitions; beside whole ids only cut ones are fragments, which begin none of them."""
    whole = tuple(dict.fromkeys(whole))
    begun = [job[4:].lower() for job in whole]
    return JobIds(
        whole,
        tuple(
            each
            for each in dict.fromkeys(fragments)
            if not whole
            or (
                each.flaw in {"cut", "too_long"}
                and not any(job.startswith(_stem(each.text)) for job in begun)
            )
        ),
    )


def find_job_ids(text: str) -> list[str]:
    """Return the ids of `read_job_ids`."""
    return list(read_job_ids(text).whole)


def is_only_ids(text: str) -> bool:
    """Say whether *text* has an id, or a piece of one, and no other word."""
    if len(text) > _MAX_TYPED_CHARS:
        return False
    words = [word for word in re.split(_BETWEEN, decoded(text)) if any(map(str.isalnum, word))]
    return bool(words) and all(any(read_job_ids(word)) for word in words)


def decoded(text: str) -> str:
    """Return *text* as plain characters, without percent-encoding and Slack's marks, its broken ids joined."""
    reading = _plain(text)
    if "<" in reading:
        reading = re.sub(_MENTION, " ", re.sub(_TELEPHONE, r"\1", reading))
    for _ in range(ESCAPE_ROUNDS):
        if "%" not in reading:
            break
        reading = _plain(re.sub(ESCAPES, unescaped, reading))
    if "\\" in reading:
        reading = re.sub(_UNDECODED, " ", reading, flags=FLAGS)
    if "*" in reading:
        reading = re.sub(_BOLD, r" \1 ", reading, flags=FLAGS)
    return re.sub(_BREAK, _joined, reading, flags=FLAGS)


def _joined(broken: re.Match[str]) -> str:
    """Return what *broken* is without its line end, if that makes a whole uuid.

    A space, and a word such as "a" that might follow a cut id by chance, count only beside a hyphen.
    """
    left, gap, right = broken["left"], broken["gap"], broken["right"]
    if not re.fullmatch(_WHOLE_UUID, left + right, FLAGS):
        return broken.group()
    beside_hyphen = left.endswith("-") or right.startswith("-")
    is_line_end = "\n" in gap or "\r" in gap
    return left if beside_hyphen or (is_line_end and not right.isalpha()) else broken.group()


def _fragments(reading: str, starts: Sequence[int]) -> list[Fragment]:
    """Return what is not a whole id: a piece of one, one with more behind it, 32 hexadecimal digits, 15 to 20 digits.

    *starts* are where whole ids begin.
    """
    # Beside whole ids only cut ones count.
    apart = () if starts else islice(re.finditer(_APART, reading, FLAGS), _MAX_FRAGMENTS)
    found = [_apart(match) for match in apart]
    for match in re.finditer(_WORD, reading, FLAGS):
        if len(found) >= _MAX_FRAGMENTS:
            break
        word = match["word"]
        following = bisect_left(starts, match.start())
        if following < len(starts) and starts[following] < match.end():
            continue
        cut = re.fullmatch(_CUT, word, FLAGS)
        piece = (cut["piece"] or cut["bare"]) if cut else ""
        if match["stars"] and re.fullmatch(_CUT_BY_STARS, word, FLAGS):
            piece = word
        if groups := re.fullmatch(_HEX, word, FLAGS):
            meant = f"job-{'-'.join(groups.groups())}".lower()
            found.append(Fragment(word, "no_hyphens", meant))
        elif re.fullmatch(_TOO_LONG, word, FLAGS):
            found.append(Fragment(word, "too_long"))
        elif re.fullmatch(_NUMBER, word, FLAGS):
            found.append(Fragment(word, "no_prefix", f"job-{word}"))
        elif piece and len(piece) <= _MAX_CUT_CHARS and (cut is None or not cut["bare"] or _is_hex(piece)):
            found.append(Fragment(piece, "cut"))
    return found


def _apart(match: re.Match[str]) -> Fragment:
    groups = [match["first"], *(match[f"g{number}"] for number in range(4))]
    return Fragment(match.group(), "no_hyphens", f"job-{'-'.join(groups)}".lower())


def _is_hex(piece: str) -> bool:
    """Say whether a piece without `job-` is of a uuid and not a date or a number: it has letters and a second group."""
    return any(map(str.isalpha, piece)) and len(piece.replace("-", "")) > 8  # noqa: PLR2004 - the first group


def _stem(piece: str) -> str:
    return piece.lower().removeprefix("job-").rstrip("-")


def _plain(text: str) -> str:
    """Return *text* with the ASCII form (NFKC) of each character that has one; never longer than it was."""
    if text.isascii():
        return text
    import unicodedata  # large, and seldom needed

    forms = {ord(each): unicodedata.normalize("NFKC", each) for each in set(text) if not each.isascii()}
    return text.translate({**{each: form for each, form in forms.items() if len(form) == 1}, **_PLAIN})


def unescaped(escapes: re.Match[str]) -> str:
    """Return the text that percent-encoded bytes stand for."""
    return bytes.fromhex(escapes.group().replace("%", "")).decode("utf-8", "replace")


def _id(match: re.Match[str]) -> str:
    uuid = match["uuid"] or match["bare"]
    return f"job-{uuid.lower() if uuid else match['number'] or match['other']}"
