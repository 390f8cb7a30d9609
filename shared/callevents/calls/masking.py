"""Numbers made unreadable: of seven or more digits in a row the first three and the last two stay."""

import re

from callevents.calls.job_ids import MADE_JOB
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
# What counts as nothing between two digits, for people read a number through it: whatever is neither a letter nor a
# digit. That is every blank, sign, mark, format character and variation selector of Unicode. And the few letters that
# show nothing, or look like a dash or an apostrophe: fillers, the prolonged sound mark, modifier letters.
_LETTERS_BETWEEN = r"_\u02B0-\u02FF\u30FC\uFF70\u115F\u1160\u3164\uFFA0"
# Not the colon of a time (between groups of two digits) or of a port (after an address with dots).
_COLON = (
    r"(?<!\.[0-9])(?<!\.[0-9]{2})(?<!\.[0-9]{3})"
    r"(?:(?<![0-9]{2}):|(?<=[0-9]{3}):|:(?![0-9]{2}(?![0-9])))"
)
# Two asterisks stand in a number that is masked already.
_ASTERISK = r"(?<!\*)\*(?!\*)"
_BETWEEN = rf"(?:[^\w:*]|[{_LETTERS_BETWEEN}]|{_COLON}|{_ASTERISK})"
# Compiled when a text first needs them: in a cold start they would be a percent of the CPU.
_ROW = rf"{_DIGIT}(?:{_BETWEEN}*{_DIGIT}){{{_MIN_DIGITS - 1},}}"
_JOB = rf"(?<![0-9A-Za-z]){MADE_JOB}(?![0-9A-Za-z])"
_TIME = (
    r"(?<!\d)[12][0-9]{3}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12][0-9]|3[01])[T ](?:[01][0-9]|2[0-3]):[0-5][0-9]"
    r"(?::[0-5][0-9](?:[.,][0-9]{1,9})?)?(?:Z|[+-](?:[01][0-9]|2[0-3]):?[0-5][0-9])?(?!\d)"
    r"|(?<![\d/])[12][0-9]{3}/(?:0[1-9]|1[0-2])/(?:0[1-9]|[12][0-9]|3[01])(?![\d/])"
    r"|(?<![\d:])(?:[01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9][.,][0-9]{1,3}(?!\d)"
)
_KEPT = rf"({_JOB}|{_TIME})"


def mask(text: str, *names: str) -> str:
    """Return *text* with its numbers masked; job ids, times (ISO 8601) and the given *names* stay readable.

    Any digits count. What stands between them does not break a row, unless it is a letter. A name stands by itself:
    not inside a longer word.
    """
    if text.isascii() and text.isdigit():  # a number and nothing else, as callers and callees are
        whole = len(text) < _MIN_DIGITS or text in names
        return text if whole else f"{text[:_BEGINNING]}{'*' * (len(text) - _BEGINNING - _END)}{text[-_END:]}"
    if text.isascii() and len(text) - len(text.encode().translate(None, b"0123456789")) < _MIN_DIGITS:
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
