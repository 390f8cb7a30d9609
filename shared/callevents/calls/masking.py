"""Numbers made unreadable: of seven or more digits in a row the first three and the last two stay."""

import re

from callevents.calls.job_ids import UUID_IN_ANY_CASE
from callevents.calls.model import CallSummary

_BEGINNING = 3
_END = 2
_MIN_DIGITS = 7

# Every character that counts as a digit (str.isdigit), not only 0 to 9: full-width, Arabic, superscript, circled …
_DIGIT = (
    r"[\d²³¹\u1369-\u1371\u19DA\u2070\u2074-\u2079\u2080-\u2089\u2460-\u2468\u2474-\u247C\u2488-\u2490\u24EA"
    r"\u24F5-\u24FD\u24FF\u2776-\u277E\u2780-\u2788\u278A-\u2792\U00010A40-\U00010A43\U00010E60-\U00010E68"
    r"\U00011052-\U0001105A\U0001F100-\U0001F10A]"
)
# What counts as nothing between two digits, by Unicode category (of Python 3.11): people read a number through it.
# Spaces, line breaks and control characters: Zs, Zl, Zp, Cc
_BLANKS = r"\u0000-\u0020\u007F-\u00A0\u1680\u2000-\u200A\u2028\u2029\u202F\u205F\u3000"
# Format characters, which have no width: Cf, and the plane of tags and variation selectors
_FORMATS = (
    r"\u00AD\u0600-\u0605\u061C\u06DD\u070F\u0890\u0891\u08E2\u180E\u200B-\u200F\u202A-\u202E\u2060-\u206F"
    r"\uFEFF\uFFF0-\uFFFB\U000110BD\U000110CD\U00013430-\U00013438\U0001BCA0-\U0001BCA3"
    r"\U0001D173-\U0001D17A\U000E0000-\U000E0FFF"
)
# Dashes: Pd, and what looks like one
_DASHES = (
    r"\u002D\u058A\u05BE\u1400\u1806\u2010-\u2015\u2043\u2212\u2E17\u2E1A\u2E3A\u2E3B\u2E40\u2E5D\u301C"
    r"\u3030\u30A0\u30FC\uFE31\uFE32\uFE58\uFE63\uFF0D\U00010EAD"
)
# Brackets: Ps, Pe, and <>
_BRACKETS = (
    r"\u0028\u0029\u003C\u003E\u005B\u005D\u007B\u007D\u0F3A-\u0F3D\u169B\u169C\u201A\u201E\u2045\u2046"
    r"\u207D\u207E\u208D\u208E\u2308-\u230B\u2329\u232A\u2768-\u2775\u27C5\u27C6\u27E6-\u27EF\u2983-\u2998"
    r"\u29D8-\u29DB\u29FC\u29FD\u2E22-\u2E29\u2E42\u2E55-\u2E5C\u3008-\u3011\u3014-\u301B\u301D-\u301F"
    r"\uFD3E\uFD3F\uFE17\uFE18\uFE35-\uFE44\uFE47\uFE48\uFE59-\uFE5E\uFF08\uFF09\uFF1C\uFF1E\uFF3B\uFF3D\uFF5B\uFF5D"
    r"\uFF5F\uFF60\uFF62\uFF63"
)
_DOTS = r"\u002E\u00B7\u2022\u2024\u2027\u3002\u30FB\uFF0E\uFF61\uFF65"  # dots
# Variation selectors, the combining joiner and the keycap
_SELECTORS = r"\u034F\u180B-\u180D\u180F\u20E3\uFE00-\uFE0F"
# Marks over, under and around a digit
_MARKS = r"\u0300-\u036F\u0483-\u0489\u1AB0-\u1AFF\u1DC0-\u1DFF\u20D0-\u20FF\uFE20-\uFE2F"
_FILLERS = r"\u115F\u1160\u17B4\u17B5\u2800\u3164\uFFA0"  # fillers: letters and patterns that show nothing
_BETWEEN = f"[{_BLANKS}{_FORMATS}{_DASHES}{_BRACKETS}{_DOTS}{_MARKS}{_SELECTORS}{_FILLERS}]"
# Compiled when a text first needs them: in a cold start they would be a percent of the CPU.
_ROW = rf"{_DIGIT}(?:{_BETWEEN}*{_DIGIT}){{{_MIN_DIGITS - 1},}}"
_JOB = rf"(?<![0-9A-Za-z])job-(?:{UUID_IN_ANY_CASE}|[0-9]{{15,20}})(?![0-9A-Za-z])"
_TIME = (
    r"(?<!\d)[12][0-9]{3}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12][0-9]|3[01])[T ](?:[01][0-9]|2[0-3]):[0-5][0-9]"
    r"(?::[0-5][0-9](?:[.,][0-9]{1,9})?)?(?:Z|[+-](?:[01][0-9]|2[0-3]):?[0-5][0-9])?(?!\d)"
)
_KEPT = rf"({_JOB}|{_TIME})"


def mask(text: str, *names: str) -> str:
    """Return *text* with its numbers masked; job ids, times (ISO 8601) and the given *names* stay readable.

    Any digits count. Blanks, dashes, dots, brackets and what nobody sees between them do not break a row. A name
    stands by itself: not inside a longer word.
    """
    if text.isascii() and text.isdigit():  # a number and nothing else, as callers and callees are
        whole = len(text) < _MIN_DIGITS or text in names
        return text if whole else f"{text[:_BEGINNING]}{'*' * (len(text) - _BEGINNING - _END)}{text[-_END:]}"
    if text.isascii() and sum(map(text.count, "0123456789")) < _MIN_DIGITS:
        return text
    if not re.search(_ROW, text):
        return text
    kept = _KEPT
    if names:
        known = "|".join(map(re.escape, sorted(names, key=len, reverse=True)))
        kept = rf"((?<!\w)(?:{known})(?!\w)|{_JOB}|{_TIME})"
    parts = re.split(kept, text)
    parts[::2] = [re.sub(_ROW, _masked_row, part) for part in parts[::2]]
    return "".join(parts)


def _masked_row(row: re.Match[str]) -> str:
    text = row.group()
    digits = [found.start() for found in re.finditer(_DIGIT, text)]
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

    return summary._replace(
        direction=hide_any(summary.direction),
        media=hide_any(summary.media),
        answered_by=hide_any(summary.answered_by),
        release_text=hide_any(summary.release_text),
        caller=hide_any(summary.caller),
        callee=hide_any(summary.callee),
        agents=tuple(map(hide, summary.agents)),
        skill_groups=tuple(map(hide, summary.skill_groups)),
        transfers=tuple(
            each._replace(from_=hide_any(each.from_), to=hide_any(each.to)) for each in summary.transfers
        ),
        recordings=tuple(map(hide, summary.recordings)),
        second_source=summary.second_source._replace(
            names=tuple((hide(id_), hide(name)) for id_, name in summary.second_source.names)
        ),
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
