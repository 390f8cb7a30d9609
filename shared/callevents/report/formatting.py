"""Moments and durations as people read them: the site's time with its zone, Slack's own dates, offsets."""

from collections.abc import Callable
from datetime import datetime, timedelta, timezone, tzinfo
from functools import lru_cache
from typing import TypeGuard

from callevents.calls.model import SECOND, Instant
from callevents.i18n import N_, Language, gettext_for
from callevents.report.text import NO_BREAK, NOTHING
from callevents.report.viewer import Viewer

_MINUTE = 60
_HOUR = 60  # minutes
_DAY = 24  # hours
_LESS_THAN_A_MINUTE = (
    59.95  # seconds: what is less has a minute neither before nor after it is rounded to one decimal
)
_MIN_SECONDS = 0.05  # what is less reads "0 s"
_MAX_SECONDS = 86_400.0 * 366 * 100  # a longer call is a broken record
_OFFSET = "%s%02d:%06.3f"
_LONG_OFFSET = "%s%d:%02d:%06.3f"
_UNITS = (
    (N_("%(days)d d"), "days"),
    (N_("%(hours)d h"), "hours"),
    (N_("%(minutes)d min"), "minutes"),
    (N_("%(seconds)s s"), "seconds"),
)
# Chinese has a shorter word for minutes where seconds follow.
_WITH_SECONDS = (*_UNITS[:2], (N_("%(minutes)d min %(seconds)d s"), "seconds"))
MONTHS = (
    N_("January"), N_("February"), N_("March"), N_("April"), N_("May"), N_("June"),
    N_("July"), N_("August"), N_("September"), N_("October"), N_("November"), N_("December"),
)  # fmt: skip


@lru_cache(maxsize=64)
def zone(name: str) -> tzinfo:
    """Return the zone called *name*; UTC where there is none of that name."""
    from zoneinfo import ZoneInfo

    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        return timezone.utc


def local(at: Instant, where: tzinfo) -> datetime | None:
    """Return *at* on the clocks of *where*, whole seconds; None for a moment no calendar holds."""
    try:
        return datetime.fromtimestamp(at // SECOND, where)
    except (OverflowError, ValueError, OSError):
        return None


def utc_offset(moment: datetime) -> str:
    """Return the offset of an aware *moment* as `UTC+08:00`."""
    return _offset_name(moment.utcoffset() or timedelta())


@lru_cache(maxsize=64)
def _offset_name(ahead: timedelta) -> str:
    minutes = abs(ahead) // timedelta(minutes=1)
    return f"UTC{'-' if ahead < timedelta() else '+'}{minutes // 60:02}:{minutes % 60:02}"


def site_time(at: Instant, viewer: Viewer) -> str | None:
    """Return *at* as `2026-03-04 18:22:11 UTC+08:00` in the site's zone."""
    moment = local(at, zone(viewer.site_zone))
    return None if moment is None else f"{moment.isoformat(' ')[:19]} {utc_offset(moment)}"


def clock_time(at: Instant, viewer: Viewer) -> str | None:
    """Return *at* as `18:22:11 UTC+08:00` on the site's clocks."""
    moment = local(at, zone(viewer.site_zone))
    return None if moment is None else f"{_time(moment)} {utc_offset(moment)}"


def day(moment: datetime, language: Language) -> str:
    """Return the day of *moment*: `4 March 2026`."""
    _: Callable[[str], str] = gettext_for(language)
    return _("%(day)d %(month)s %(year)d") % {
        "day": moment.day,
        "month": _(MONTHS[moment.month - 1]),
        "year": moment.year,
    }


def span(started_at: Instant | None, ended_at: Instant | None, viewer: Viewer) -> str | None:
    """Return from when to when on the site's clocks: `4 March 2026, 18:00:08 to 18:02:42 UTC+08:00`."""
    where = zone(viewer.site_zone)
    begin = None if started_at is None else local(started_at, where)
    end = None if ended_at is None else local(ended_at, where)
    _: Callable[[str], str] = gettext_for(viewer.language)
    if begin is None:
        if end is None:
            return None
        return _("until %(time)s") % {"time": f"{_moment(end, viewer.language)} {utc_offset(end)}"}
    first = _moment(begin, viewer.language)
    if end is None or (begin, begin.fold) == (end, end.fold):
        return f"{first} {utc_offset(begin)}"
    last = _time(end) if end.date() == begin.date() else _moment(end, viewer.language)
    ahead = end.utcoffset()
    if begin.utcoffset() != ahead:
        first = f"{first} {utc_offset(begin)}"
    return _("%(begin)s to %(end)s") % {"begin": first, "end": f"{last} {_offset_name(ahead or timedelta())}"}


def _moment(moment: datetime, language: Language) -> str:
    return gettext_for(language)(N_("%(day)s, %(time)s")) % {
        "day": day(moment, language).replace(" ", NO_BREAK),
        "time": _time(moment),
    }


def _time(moment: datetime) -> str:
    return moment.time().isoformat("seconds")


def slack_date(at: Instant, fallback: str, form: str = "{date_num} {time_secs}") -> str:
    """Return mrkdwn that each viewer sees in their own zone.

    Source: https://docs.slack.dev/messaging/formatting-message-text#date-formatting
    """
    return f"<!date^{at // SECOND}^{form}|{fallback}>"


def offset(at: Instant, start: Instant) -> str:
    """Return how long after (or before) *start*: `+00:12.345`, `+1:02:03.456`."""
    minutes, milliseconds = divmod(abs(at - start) // 1_000_000, 60_000)
    sign = "+" if at >= start else "-"
    if minutes < _HOUR:
        return _OFFSET % (sign, minutes, milliseconds / 1000)
    return _LONG_OFFSET % (sign, *divmod(minutes, _HOUR), milliseconds / 1000)


def is_length(seconds: float | None) -> TypeGuard[float]:
    """Say whether *seconds* is a length that a call can have."""
    return seconds is not None and 0.0 <= seconds <= _MAX_SECONDS  # which no NaN is


def is_lasting(seconds: float | None) -> TypeGuard[float]:
    """Say whether *seconds* is a length of which `duration` says more than that it is none."""
    return is_length(seconds) and seconds >= _MIN_SECONDS


def duration(seconds: float, language: Language) -> str:
    """Return a length of time in words: `12.3 s`, `2 min 3 s`, `1 h 2 min`, `1 d 2 h 3 min`; a dash for none.

    Its blanks are those at which no line ends.
    """
    _: Callable[[str], str] = gettext_for(language)
    if not is_length(seconds):
        return NOTHING
    if seconds < _LESS_THAN_A_MINUTE:
        words = _("%(seconds)s s") % {"seconds": f"{seconds:.1f}".removesuffix(".0")}
        return words.replace(" ", NO_BREAK)
    minutes, rest = divmod(round(seconds), _MINUTE)
    hours, minutes = divmod(minutes, _MINUTE)
    days, hours = divmod(hours, _DAY)
    counts = {"days": days, "hours": hours, "minutes": minutes, "seconds": 0 if days else rest}
    units = _WITH_SECONDS if counts["minutes"] and counts["seconds"] else _UNITS
    return " ".join([_(words) % counts for words, name in units if counts[name]]).replace(" ", NO_BREAK)
