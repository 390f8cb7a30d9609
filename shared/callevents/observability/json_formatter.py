"""Formats log records as JSON lines, with the request id, redacted.

A record of this package names the event in its message; data is in `extra`: `code` (a stable word) and plain values.
Source for the limit: a line of a function's log may have 32 KB,
https://www.alibabacloud.com/help/en/functioncompute/fc/python/
"""

import json
import logging
import sys
import time
from contextvars import ContextVar
from functools import lru_cache
from types import TracebackType

from callevents.observability.redaction import REDACTED, field_name, redacted

_ENCODER = json.JSONEncoder(check_circular=False)  # a line has only plain values
MAX_LINE_CHARS = 32_000
MAX_FIELDS = 40
MAX_CAUSES = 4
MAX_FRAMES = 12
_MAX_VALUE_CHARS = 1000
_NUMBERS = frozenset({int, float, bool})
request_id: ContextVar[str] = ContextVar("request_id", default="")

# The attributes of any LogRecord, and the fields of any line; all others came in `extra`.
_STANDARD = frozenset(vars(logging.makeLogRecord({}))) | {
    "message", "asctime", "taskName", "request_id", "time", "level", "logger", "code",
}  # fmt: skip
# They log requests and addresses (httpx at INFO, httpcore and urllib3 at DEBUG): only their warnings pass.
_VERBOSE = ("httpx", "httpcore", "urllib3", "asyncio")


class JsonFormatter(logging.Formatter):
    """Formats any record as one JSON line of ASCII, at most MAX_LINE_CHARS long. Never raises."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the line."""
        line = _ENCODER.encode(self._fields(record))
        if len(line) > MAX_LINE_CHARS:
            line = _ENCODER.encode({**self._head(record), "message": "line too long"})
        return line

    def _head(self, record: logging.LogRecord) -> dict[str, object]:
        return {
            "time": f"{_second(int(record.created))}.{int(record.msecs):03d}Z",
            "level": record.levelname,
            "request_id": request_id.get(),
            "logger": record.name,
            "code": redacted(str(getattr(record, "code", ""))) or "log",
        }

    def _fields(self, record: logging.LogRecord) -> dict[str, object]:
        fields = self._head(record)
        fields["message"] = _message(record)
        values = vars(record)
        for name in [name for name in values if name not in _STANDARD][:MAX_FIELDS]:
            shown, secret = field_name(name)
            value = values[name]
            if secret:
                fields[shown] = REDACTED
            elif type(value) is str:  # nearly always
                fields[shown] = redacted(value[:_MAX_VALUE_CHARS])
            elif type(value) in _NUMBERS:
                fields[shown] = value
            else:
                fields[shown] = _plain(value)
        if record.exc_info and record.exc_info[1] is not None:
            fields["error"], fields["where"] = describe(record.exc_info[1])
        return fields


@lru_cache(maxsize=8)
def _second(at: int) -> str:
    return time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(at))


def _message(record: logging.LogRecord) -> str:
    if _is_fc2(record):
        return _fc2_message(record)
    try:
        message = record.getMessage()
    except Exception:  # noqa: BLE001 - a library's record whose arguments do not fit its message
        message = record.msg if isinstance(record.msg, str) else type(record.msg).__name__
    return redacted(message)


def _is_fc2(record: logging.LogRecord) -> bool:
    return record.name == "root" and "/fc2/" in record.pathname.replace("\\", "/")


def _fc2_message(record: logging.LogRecord) -> str:
    """Return the kind and status only: the rest of fc2's message is the request's headers and the response's text."""
    words = str(record.msg)[:40].split(". ", 1)[0]
    kind, _, status = words.partition(": ")
    return f"fc2: {kind} {status}" if kind in {"Client error", "Server error"} and status.isdigit() else "fc2"


def _plain(value: object) -> object:
    if value is None or isinstance(value, bool | int | float):
        return value
    try:
        return redacted(str(value)[:_MAX_VALUE_CHARS])
    except Exception:  # noqa: BLE001 - whatever a __str__ raises
        return type(value).__name__


def describe(error: BaseException) -> tuple[str, str]:
    """Return the types of an exception and its causes, and where each was raised, but no message and no value."""
    names: list[str] = []
    places: list[str] = []
    current: BaseException | None = error
    while current is not None and len(names) < MAX_CAUSES:
        names.append(type(current).__name__)
        places.append(_places(current.__traceback__))
        current = current.__cause__ or (None if current.__suppress_context__ else current.__context__)
    return " < ".join(names), " | ".join(places)


def _places(traceback: TracebackType | None) -> str:
    frames: list[str] = []
    while traceback is not None:
        name = traceback.tb_frame.f_code.co_filename.replace("\\", "/")
        frames.append(f"{'/'.join(name.rsplit('/', 2)[-2:])}:{traceback.tb_lineno}")
        traceback = traceback.tb_next
    return " ".join(frames[-MAX_FRAMES:])


class Fc2Filter(logging.Filter):
    """Drops what fc2 logs below a warning: the string to sign, and headers."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Return whether the record may be logged."""
        return record.levelno >= logging.WARNING or not _is_fc2(record)


def set_up(level: str, root: logging.Logger | None = None) -> None:
    """Have every handler of the root logger print JSON lines; add one on stdout only if there is none.

    Function Compute's Python installs a handler itself: it stays, with this format.
    """
    root = root or logging.getLogger()
    if not root.handlers:
        root.addHandler(logging.StreamHandler(sys.stdout))
    for handler in root.handlers:
        if not isinstance(handler.formatter, JsonFormatter):
            handler.setFormatter(JsonFormatter())
            handler.addFilter(Fc2Filter())
    root.setLevel(level)
    # No line names thread or process, and finding them out is half the cost of a record.
    # https://docs.python.org/3/howto/logging.html#optimization
    logging.logThreads = logging.logProcesses = logging.logMultiprocessing = False
    for name in _VERBOSE:
        logging.getLogger(name).setLevel(logging.WARNING)
    # Otherwise a record that cannot be written is printed on stderr with all its arguments.
    logging.raiseExceptions = False
