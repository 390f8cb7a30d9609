"""One JSON line per log record, with the request id, and nothing in it that must not be there.

A record of ours says what happened in its message, and the rest in `extra`: `code` (a stable word) and plain values.
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

from callevents.observability.redaction import REDACTED, WORD, field, redacted, redacted_word

_ENCODER = json.JSONEncoder(check_circular=False)  # there are only plain values in a line
LINE_LIMIT = 32_000
FIELDS = 40
CHAIN = 4
FRAMES = 12
_LONGEST_VALUE = 1000
request_id: ContextVar[str] = ContextVar("request_id", default="")

# What a LogRecord has by itself; anything else came in `extra`.
_OWN = frozenset(vars(logging.makeLogRecord({}))) | {"message", "asctime", "taskName", "request_id"}
# They print requests and addresses (httpx at INFO, httpcore and urllib3 at DEBUG): warnings at least.
_TALKATIVE = ("httpx", "httpcore", "urllib3", "asyncio")


class JsonFormatter(logging.Formatter):
    """Formats any record as one JSON line of ASCII, at most LINE_LIMIT long. Total."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the line."""
        line = _ENCODER.encode(self._fields(record))
        if len(line) > LINE_LIMIT:
            line = _ENCODER.encode({**self._head(record), "message": "a line too long to print"})
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
        extra = [name for name in vars(record) if name not in _OWN and name not in fields]
        values = vars(record)
        for name in extra[:FIELDS]:
            shown, secret = field(name)
            value = values[name]
            if secret:
                fields[shown] = REDACTED
            elif type(value) is str and len(value) <= WORD:  # nearly always
                fields[shown] = redacted_word(value)
            else:
                fields[shown] = _plain(value)
        if record.exc_info and record.exc_info[1] is not None:
            fields["error"], fields["where"] = described(record.exc_info[1])
        return fields


@lru_cache(maxsize=8)
def _second(at: int) -> str:
    return time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(at))


def _message(record: logging.LogRecord) -> str:
    if _is_fc2(record):
        return _of_fc2(record)
    try:
        message = record.getMessage()
    except Exception:  # noqa: BLE001 - a record of others whose arguments do not fit its text: say what can be said
        message = record.msg if isinstance(record.msg, str) else type(record.msg).__name__
    return redacted(message)


def _is_fc2(record: logging.LogRecord) -> bool:
    return record.name == "root" and "/fc2/" in record.pathname.replace("\\", "/")


def _of_fc2(record: logging.LogRecord) -> str:
    """Return the kind and status only: the rest of fc2's message is the request's headers and the answer's text."""
    words = str(record.msg)[:40].split(". ", 1)[0]
    kind, _, status = words.partition(": ")
    return f"fc2: {kind} {status}" if kind in {"Client error", "Server error"} and status.isdigit() else "fc2"


def _plain(value: object) -> object:
    if value is None or isinstance(value, bool | int | float):
        return value
    try:
        return redacted(str(value)[:_LONGEST_VALUE])
    except Exception:  # noqa: BLE001 - somebody's __str__
        return type(value).__name__


def described(error: BaseException) -> tuple[str, str]:
    """Return the types of an exception and its causes, and where each was raised: never a message or a value."""
    names: list[str] = []
    places: list[str] = []
    current: BaseException | None = error
    while current is not None and len(names) < CHAIN:
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
    return " ".join(frames[-FRAMES:])


class Fc2Filter(logging.Filter):
    """Lets everything pass but what fc2 says below a warning: the string to sign, and headers."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Say whether the record may be printed."""
        return record.levelno >= logging.WARNING or not _is_fc2(record)


def set_up(level: str, root: logging.Logger | None = None) -> None:
    """Make every handler of the root logger print our lines; add one to stdout only where there is none.

    Function Compute's Python puts a handler there itself: it keeps its place and gets our format.
    """
    root = root or logging.getLogger()
    if not root.handlers:
        root.addHandler(logging.StreamHandler(sys.stdout))
    for handler in root.handlers:
        if not isinstance(handler.formatter, JsonFormatter):
            handler.setFormatter(JsonFormatter())
            handler.addFilter(Fc2Filter())
    root.setLevel(level)
    # No line names them, and to find them out is half of a record's making.
    # https://docs.python.org/3/howto/logging.html#optimization
    logging.logThreads = logging.logProcesses = logging.logMultiprocessing = False
    for name in _TALKATIVE:
        logging.getLogger(name).setLevel(logging.WARNING)
    # A record that cannot be written would be printed on stderr with all its arguments.
    logging.raiseExceptions = False
