"""Finds job ids in what a program wrote: strict, as nobody reads along and sees what is meant."""

import re
from functools import cache

from callevents.calls.job_ids import ESCAPE_ROUNDS, ESCAPES, FLAGS, UUID, decoded, unescaped

# What a program wrote is an id with `job-` in front. Before it stands no letter, digit or dash, except for an undecoded
# escape, or the time in a channel id (ch-customer-…-1795162471285-job-…). After it stands nothing that would make it
# longer, or a masked one; between asterisks it is printed bold, not masked.
_WHOLE = (
    r"job-(?:(?<![0-9a-z-]job-)|(?<=\\[nrtbf]job-)|(?<=%[0-9a-f]{2}job-)|(?<=\\u[0-9a-f]{4}job-)"
    r"|(?<=[0-9]{13}-job-))"
    rf"(?:{UUID}(?![0-9a-z*])|(?<=\*job-){UUID}(?=\*{{1,3}}(?![0-9a-z*]))|[0-9]{{15,20}}(?![0-9a-z*_-]))"
)
# A call's field may hold an id of another form; but neither a word (job-exporter) nor the start of a uuid.
_OTHER = r"job-(?=[0-9a-z-]*[0-9])[0-9a-z-]{4,64}"
_TRUNCATED = r"job-[0-9a-f]{8}-[0-9a-f-]{0,26}"
MIN_ID_CHARS = len("job-") + 15


def find_whole_job_ids(text: str) -> list[str]:
    """Return the ids in what a program wrote to Slack, whose marks are understood: see `whole_job_ids`."""
    return whole_job_ids(decoded(text))


def whole_job_ids(text: str) -> list[str]:
    """Return the ids in what a program wrote: with `job-` in front, and a whole uuid or 15 to 20 digits behind it.

    Percent-encoding and undecoded escapes are understood. An id is given in lower case. Takes linear time.
    """
    if len(text) < MIN_ID_CHARS:
        return []
    pattern = _whole_pattern()
    found = [match.group().lower() for match in pattern.finditer(text)]
    if "%" in text:
        reading = text
        for _ in range(ESCAPE_ROUNDS):
            reading = re.sub(ESCAPES, unescaped, reading)
            # The most decoded reading first: it has all ids in order.
            found = [*(match.group().lower() for match in pattern.finditer(reading)), *found]
    return list(dict.fromkeys(found)) if found else found


@cache
def _whole_pattern() -> re.Pattern[str]:
    return re.compile(_WHOLE, FLAGS)


def other_job_id(value: str) -> str | None:
    """Return the id of another form that a program wrote into a field which means a call, None if there is none."""
    value = value.strip()
    is_usual = re.fullmatch(rf"{_WHOLE}|{_TRUNCATED}", value, FLAGS)
    return value if not is_usual and value.startswith("job-") and re.fullmatch(_OTHER, value, FLAGS) else None
