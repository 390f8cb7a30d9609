"""`python -m callevents_build.sls.observability`: writes what SLS needs to watch the functions, from queries.sql.

Bodies of requests:
https://www.alibabacloud.com/help/en/sls/developer-reference/api-sls-2020-12-30-createdashboard
https://www.alibabacloud.com/help/en/sls/developer-reference/api-sls-2020-12-30-struct-alertconfiguration
https://www.alibabacloud.com/help/en/sls/developer-reference/data-structure-of-an-alert-monitoring-rule
"""

import json
import os
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Final

from callevents_build.artefact.build import PROJECT
from callevents_build.deploy.dotenv_file import with_dotenv
from callevents_build.errors import BuildFailed
from callevents_build.sls.place import Place, place_of
from callevents_build.sls.queries import FOLDER, SEVERITY, Query, queries

Json = dict[str, object]
DASHBOARD: Final = "callevents"
_WIDTH, _HEIGHT = 10, 6
MAX_DISPLAY_NAME_CHARS: Final = 64


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
                    "severity": SEVERITY[query.severity],
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
