"""The queries over the functions' logs, as queries.sql has them, and the SQL that Simple Log Service runs for each.

Function Compute puts each printed line into the field `message`:
https://www.alibabacloud.com/help/doc-detail/171396.htm
Where it cuts lines by their dates (`logBeginRule: DefaultRegex`, which `logConfig: auto` sets) its own "FC Invoke End"
may follow on the same line, so the JSON is cut out of the message before it is read.
"""

import re
from pathlib import Path
from typing import Final, NamedTuple

from callevents_build.errors import BuildFailed

FOLDER: Final = Path("functions/observability")
# Lines hold these as numbers; everything else is read as text.
_NUMBER: Final = re.compile(r"\w+_(?:ms|calls)|jobs|records|bytes_in|bytes_out|left_out|status")
_WORD: Final = re.compile(r"[a-z_]+")
_TEXT: Final = re.compile(r"'[^']*'")
_HEAD: Final = re.compile(r"-- (name|title|chart|alert|window|severity): (.+)")
# https://www.alibabacloud.com/help/en/sls/user-guide/alert-severity
SEVERITY: Final = {"critical": 10, "high": 8, "medium": 6, "low": 4}
FIELDS: Final = frozenset(
    {
        "budget_left_ms", "bytes_in", "bytes_out", "ccc_calls", "ccc_ms", "ccc_request_id", "ccc_tries", "code", "cold",
        "detail_record", "detail_row",
        "entry", "error", "function", "hand_over_calls", "hand_over_ms", "hand_over_tries", "jobs", "left_out", "level",
        "logger", "lookup_ms", "outcome", "people_ms", "queued_ms", "reason", "records", "render_ms", "request_id",
        "setting", "slack_calls", "slack_ms", "slack_tries", "sought", "start_ms", "status", "task", "thread_root",
        "time", "tool", "total_ms", "verify_ms", "why",
    }
)  # fmt: skip


class Query(NamedTuple):
    """A query: its name and title, its SQL over `lines`, how it is drawn, and when it is an alert."""

    name: str
    title: str
    sql: str
    chart: str = "table"
    alert: str = ""
    window: str = "15m"
    severity: str = "medium"

    @property
    def fields(self) -> list[str]:
        """The fields that it reads."""
        return sorted(FIELDS & set(_WORD.findall(_TEXT.sub("", self.sql))))

    @property
    def statement(self) -> str:
        """The whole statement for Simple Log Service: what to search, and what to do with it."""
        return f"* | {self.analysis('log')}"

    def analysis(self, source: str) -> str:
        """Return the SQL over the table *source* of messages, in one line."""
        columns = ", ".join(_column(name) for name in self.fields)
        lines = (
            f"(select __time__, {columns} from"  # noqa: S608 - nothing of it comes from outside
            f" (select __time__, regexp_extract(message, '\\{{.*\\}}') as line from {source}))"
        )
        return " ".join(re.sub(r"\bfrom lines\b", lambda _: f"from {lines}", self.sql).split())


def queries(project: Path) -> list[Query]:
    """Return the queries of *project*; raise BuildFailed where the file cannot be read as such."""
    text = (project / FOLDER / "queries.sql").read_text("utf-8")
    return [_query(part) for part in text.split("\n\n")[1:]]


def _query(part: str) -> Query:
    heads = dict(_HEAD.findall(part))
    sql = "\n".join(line for line in part.splitlines() if not line.startswith("--"))
    if not {"name", "title"} <= set(heads) or not re.search(r"\bfrom lines\b", sql):
        msg = f"{FOLDER}/queries.sql: no query: {part[:80]!r}"
        raise BuildFailed(msg)
    if heads.get("severity", "medium") not in SEVERITY:
        msg = f"{FOLDER}/queries.sql: {heads['name']}: no such severity"
        raise BuildFailed(msg)
    return Query(sql=sql, **heads)


def _column(name: str) -> str:
    read = f"json_extract_scalar(line, '$.{name}')"
    return f"cast({read} as double) as {name}" if _NUMBER.fullmatch(name) else f"{read} as {name}"
