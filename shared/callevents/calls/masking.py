"""Numbers made unreadable: of seven or more digits in a row the first three and the last two stay."""

import re
from dataclasses import replace

from callevents.calls.model import CallSummary

_BEGINNING = 3
_END = 2
_SHORTEST = 7

# Every character that counts as a digit (str.isdigit), not only 0 to 9: full-width, Arabic, superscript, circled …
_DIGIT = (
    r"[\d²³¹\u1369-\u1371\u19DA\u2070\u2074-\u2079\u2080-\u2089\u2460-\u2468\u2474-\u247C\u2488-\u2490\u24EA"
    r"\u24F5-\u24FD\u24FF\u2776-\u277E\u2780-\u2788\u278A-\u2792\U00010A40-\U00010A43\U00010E60-\U00010E68"
    r"\U00011052-\U0001105A\U0001F100-\U0001F10A]"
)
# Blanks (also those of no width), dashes, dots and brackets do not break a row.
_BETWEEN = (
    r"[\s\u00AD\u180E\u200B-\u200F\u202A-\u202E\u2060-\u2069\uFEFF"
    r"\-\u058A\u2010-\u2015\u2043\u2212\u30FC\uFE31\uFE32\uFE58\uFE63\uFF0D"
    r".\u00B7\u2022\u2024\u2027\u3002\u30FB\uFF0E\uFF61\uFF65"
    r"()\[\]{}<>\u2329\u232A\u27E8\u27E9\u3008-\u3011\u3014-\u301B\uFF08\uFF09\uFF1C\uFF1E\uFF3B\uFF3D\uFF5B\uFF5D]*"
)
_ROW = re.compile(rf"{_DIGIT}(?:{_BETWEEN}{_DIGIT}){{{_SHORTEST - 1},}}")
_ONE = re.compile(_DIGIT)
_JOB = (
    r"(?<![0-9A-Za-z])job-(?:[0-9A-Fa-f]{8}-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{12}"
    r"|[0-9A-Za-z]{4,64})(?![0-9A-Za-z])"
)
_TIME = (
    r"(?<!\d)[12][0-9]{3}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12][0-9]|3[01])[T ](?:[01][0-9]|2[0-3]):[0-5][0-9]"
    r"(?::[0-5][0-9](?:[.,][0-9]{1,9})?)?(?:Z|[+-](?:[01][0-9]|2[0-3]):?[0-5][0-9])?(?!\d)"
)
_KEPT = re.compile(rf"({_JOB}|{_TIME})")


def mask(text: str, *names: str) -> str:
    """Return *text* with its numbers masked; job ids, times (ISO 8601) and the given *names* stay readable.

    Any digits count, and blanks, dashes, dots and brackets between them do not break a row. A name stands by
    itself: not inside a longer word.
    """
    if text.isascii() and text.isdigit():  # a number and nothing else, as callers and callees are
        whole = len(text) < _SHORTEST or text in names
        return text if whole else f"{text[:_BEGINNING]}{'*' * (len(text) - _BEGINNING - _END)}{text[-_END:]}"
    if not _ROW.search(text):
        return text
    kept = _KEPT
    if names:
        known = "|".join(map(re.escape, sorted(names, key=len, reverse=True)))
        kept = re.compile(rf"((?<!\w)(?:{known})(?!\w)|{_JOB}|{_TIME})")
    parts = kept.split(text)
    parts[::2] = [_ROW.sub(_masked_row, part) for part in parts[::2]]
    return "".join(parts)


def _masked_row(row: re.Match[str]) -> str:
    text = row.group()
    digits = [found.start() for found in _ONE.finditer(text)]
    shown = list(text)
    for position in digits[_BEGINNING:-_END]:
        shown[position] = "*"
    return "".join(shown)


def masked(summary: CallSummary) -> CallSummary:
    """Return *summary* with every string masked but its job id, its instance id, and these inside other strings.

    An instance id is known by being the one that was asked: in `alice@1234567890` it stays, another does not.
    """
    names = [
        name for name in (summary.job_id, summary.instance_id, summary.job_id.removeprefix("job-")) if name
    ]

    def hide(text: str) -> str:
        return mask(text, *names)

    def hide_any(text: str | None) -> str | None:
        return None if text is None else mask(text, *names)

    return replace(
        summary,
        direction=hide_any(summary.direction),
        media=hide_any(summary.media),
        answered_by=hide_any(summary.answered_by),
        release_text=hide_any(summary.release_text),
        caller=hide_any(summary.caller),
        callee=hide_any(summary.callee),
        agents=tuple(map(hide, summary.agents)),
        skill_groups=tuple(map(hide, summary.skill_groups)),
        transfers=tuple(
            replace(each, from_=hide_any(each.from_), to=hide_any(each.to)) for each in summary.transfers
        ),
        recordings=tuple(map(hide, summary.recordings)),
        legs=tuple(each._replace(agent=hide_any(each.agent)) for each in summary.legs),
        journey=tuple(each._replace(agents=tuple(map(hide, each.agents))) for each in summary.journey),
        events=tuple(
            each._replace(
                type=hide(each.type),
                label=hide(each.label),
                agent=hide_any(each.agent),
                detail=tuple(phrase._replace(value=hide(phrase.value)) for phrase in each.detail),
            )
            for each in summary.events
        ),
    )
