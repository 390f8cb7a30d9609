"""`python -m callevents_build.sls.observability`: writes what SLS needs to watch the functions, from queries.sql.

Function Compute puts each printed line into the field `message`:
https://www.alibabacloud.com/help/doc-detail/171396.htm
Where it cuts lines by their dates (`logBeginRule: DefaultRegex`, which `logConfig: auto` sets) its own "FC Invoke End"
may follow on the same line, so the JSON is cut out of the message before it is read. Bodies of requests:
https://www.alibabacloud.com/help/en/sls/developer-reference/api-sls-2020-12-30-createdashboard
https://www.alibabacloud.com/help/en/sls/developer-reference/api-sls-2020-12-30-struct-alertconfiguration
https://www.alibabacloud.com/help/en/sls/developer-reference/data-structure-of-an-alert-monitoring-rule
"""

import json
import os
import re
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Final, NamedTuple

from callevents_build.artefact.build import PROJECT
from callevents_build.deploy.dotenv_file import with_dotenv
from callevents_build.errors import BuildFailed
from callevents_build.sls.place import Place, place_of

Json = dict[str, object]
FOLDER: Final = Path("functions/observability")
DASHBOARD: Final = "callevents"
# Lines hold these as numbers; everything else is read as text.
_NUMBER: Final = re.compile(r"\w+_(?:ms|calls)|jobs|records|bytes_in|bytes_out|left_out|status")
_WORD: Final = re.compile(r"[a-z_]+")
_TEXT: Final = re.compile(r"'[^']*'")
_HEAD: Final = re.compile(r"-- (name|title|chart|alert|window|severity): (.+)")
# https://www.alibabacloud.com/help/en/sls/user-guide/alert-severity
_SEVERITY: Final = {"critical": 10, "high": 8, "medium": 6, "low": 4}
_WIDTH, _HEIGHT = 10, 6
MAX_DISPLAY_NAME_CHARS: Final = 64
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


def bodies(project: Path, place: Place) -> Iterator[tuple[str, Json]]:
    """Yield the name of each file and the request's body in it."""
    found = queries(project)
    yield "dashboard.json", dashboard(found, place)
    yield "saved-searches.json", {"savedSearches": [saved_search(each, place) for each in found]}
    yield "alerts.json", {"alerts": [alert(each, place) for each in found if each.alert]}


def text_of(body: Mapping[str, object]) -> str:
    """Return *body* as it stands in its file."""
    return json.dumps(body, indent=2) + "\n"


def dashboard(found: list[Query], place: Place) -> Json:
    """Return the body of CreateDashboard."""
    return {
        "dashboardName": DASHBOARD,
        "displayName": "callevents",
        "description": "What became of commands and alerts, how long it took, and what went wrong",
        "attribute": {"type": "grid"},
        "charts": [_chart(query, number, place) for number, query in enumerate(found)],
    }


def saved_search(query: Query, place: Place) -> Json:
    """Return the body of CreateSavedSearch."""
    return {
        "savedsearchName": f"callevents-{query.name}",
        "displayName": query.title,
        "logstore": place.logstore,
        "topic": "",
        "searchQuery": query.statement,
    }


def alert(query: Query, place: Place) -> Json:
    """Return the body of CreateAlert; its action policy decides who is notified."""
    return {
        "name": f"callevents-{query.name.replace('_', '-')}",
        "displayName": display_name(query),
        "description": query.title,
        "schedule": {"type": "FixedRate", "interval": "5m"},
        "configuration": {
            "version": "2.0",
            "type": "default",
            "dashboard": "internal-alert-analysis",
            "queryList": [
                {
                    "storeType": "log",
                    "region": place.region,
                    "project": place.project,
                    "store": place.logstore,
                    "query": query.statement,
                    "timeSpanType": "Relative",
                    "start": f"-{query.window}",
                    "end": "now",
                    "powerSqlMode": "auto",
                }
            ],
            "groupConfiguration": {"type": "no_group", "fields": []},
            "joinConfigurations": [],
            "severityConfigurations": [
                {
                    "severity": _SEVERITY[query.severity],
                    "evalCondition": {"condition": query.alert, "countCondition": ""},
                }
            ],
            "labels": [{"key": "service", "value": "callevents"}],
            "annotations": [{"key": "title", "value": query.title}],
            "conditionConfiguration": {"condition": "", "countCondition": ""},
            "autoAnnotation": True,
            "sendResolved": True,
            "threshold": 1,
            "noDataFire": False,
            "noDataSeverity": 6,
            "policyConfiguration": {
                "alertPolicyId": "sls.builtin.dynamic",
                "actionPolicyId": place.action_policy,
                "repeatInterval": "1h",
            },
        },
    }


def display_name(query: Query) -> str:
    """Return the name that people see of an alert; raise BuildFailed where SLS would refuse its length."""
    name = f"callevents: {query.title}"
    if len(name) > MAX_DISPLAY_NAME_CHARS:
        msg = f"{FOLDER}/queries.sql: {query.name}: its title is too long for an alert"
        raise BuildFailed(msg)
    return name


def _chart(query: Query, number: int, place: Place) -> Json:
    kind, *axes = query.chart.split()
    source = {
        "name": "A",
        "datasource": "logstore",
        "project": place.project,
        "logstore": place.logstore,
        "query": query.statement,
        "tokenQuery": query.statement,
    }
    display: Json = {
        "displayName": query.title,
        "basicOptions": {"displayName": query.title},
        "xPos": number % 2 * _WIDTH,
        "yPos": number // 2 * _HEIGHT,
        "width": _WIDTH,
        "height": _HEIGHT,
    }
    if axes:
        display["queryOptionMap"] = {"A": {"xAxisKey": axes[0], "yAxisKeys": axes[1].split(",")}}
    return {
        "title": query.name,
        "type": {"table": "tablepro", "line": "linepro"}[kind],
        "action": {},
        "search": {
            "logstore": place.logstore,
            "topic": "",
            "query": "@",
            "start": "-86400s",
            "end": "now",
            "chartQueries": [source],
        },
        "display": display,
    }


def _query(part: str) -> Query:
    heads = dict(_HEAD.findall(part))
    sql = "\n".join(line for line in part.splitlines() if not line.startswith("--"))
    if not {"name", "title"} <= set(heads) or not re.search(r"\bfrom lines\b", sql):
        msg = f"{FOLDER}/queries.sql: no query: {part[:80]!r}"
        raise BuildFailed(msg)
    if heads.get("severity", "medium") not in _SEVERITY:
        msg = f"{FOLDER}/queries.sql: {heads['name']}: no such severity"
        raise BuildFailed(msg)
    return Query(sql=sql, **heads)


def _column(name: str) -> str:
    read = f"json_extract_scalar(line, '$.{name}')"
    return f"cast({read} as double) as {name}" if _NUMBER.fullmatch(name) else f"{read} as {name}"


def write(project: Path, folder: Path, place: Place) -> Iterator[Path]:
    """Write the files for *place* to *folder*, and yield each."""
    made = list(bodies(project, place))
    folder.mkdir(parents=True, exist_ok=True)
    for name, body in made:
        (folder / name).write_text(text_of(body), "utf-8")
        yield folder / name


def renew(project: Path) -> Iterator[Path]:
    """Write the files beside the queries, in which PROJECT, LOGSTORE, REGION and ACTION_POLICY stand for the names."""
    return write(project, project / FOLDER, Place())


def main() -> int:
    """Write the files below `build` with the environment's names in them, and print which; return the exit status."""
    try:
        place = place_of(with_dotenv(os.environ, PROJECT / ".env"))
        for path in write(PROJECT, PROJECT / "build" / "observability", place):
            print(path.relative_to(PROJECT))
    except BuildFailed as failure:
        print(failure, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
