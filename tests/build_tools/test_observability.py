"""The queries, the dashboard and the alerts ask for what the functions really log."""

import json
import re
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import duckdb
import httpx
import pytest

from callevents_build.errors import BuildFailed
from callevents_build.sls.observability import bodies, display_name, text_of, write
from callevents_build.sls.place import Place, place_of
from callevents_build.sls.queries import FIELDS, FOLDER, Query, queries
from callevents_sandbox.fixtures.samples import sample
from callevents_sandbox.server.faults import Fault
from callevents_sandbox.stack import SECRET_NAMES, Stack, open_stack

ROOT = Path(__file__).parents[2]
QUERIES = {query.name: query for query in queries(ROOT)}
JOB = sample("blind-transfer").job_id
REQUEST_LINE_LIMIT = 2048  # of a field that SLS analyses, where its index says nothing else
# How Simple Log Service's functions are called here.
DIALECT = """
CREATE MACRO json_extract_scalar(text, path) AS CASE WHEN json_valid(text) THEN json_extract_string(text, path) END;
CREATE MACRO approx_percentile(value, share) AS quantile_cont(value, share);
CREATE MACRO from_unixtime(seconds) AS to_timestamp(seconds);
CREATE MACRO to_unixtime(moment) AS epoch(moment);
CREATE MACRO date_format(moment, form) AS strftime(moment, '%Y-%m-%d %H:%M');
"""
Line = dict[str, Any]
FIND = "find 13800000201 2026-03-04"
SEARCHERS = {"CALLEVENTS_SEARCH_USERS": "U0MEI"}


class Log:
    """The logstore: what each invocation printed, and the platform's own words about it."""

    def __init__(self) -> None:
        self.lines: list[Line] = []
        self.invocations: list[list[Line]] = []
        self._database = duckdb.connect()
        self._database.execute("CREATE TABLE log (__time__ BIGINT, functionName VARCHAR, message VARCHAR)")
        self._database.execute(DIALECT)

    def collect(self, stack: Stack, *, age: int = 600) -> None:
        """Take what the functions of *stack* printed, as if it had been *age* seconds ago."""
        for outcome in stack.platform.outcomes:
            printed = [line for line in outcome.logs.splitlines() if line.startswith('{"time"')]
            self.invocations.append([json.loads(line) for line in printed])
            self.lines += self.invocations[-1]
            self._add(age, outcome.function, f"FC Invoke Start RequestId: {outcome.request_id}")
            for number, line in enumerate(printed, 1):
                last = number == len(printed)
                tail = f"\nFC Invoke End RequestId: {outcome.request_id}" if last else ""
                self._add(age, outcome.function, line + tail)

    def _add(self, age: int, function: str, message: str) -> None:
        row = [int(time.time()) - age, function, message]
        self._database.execute("INSERT INTO log VALUES (?, ?, ?)", row)

    def ask(self, query: Query) -> list[Line]:
        """Return the rows that *query* gives."""
        result = self._database.execute(query.analysis("log"))
        names = [each[0] for each in result.description or ()]
        return [dict(zip(names, row, strict=True)) for row in result.fetchall()]

    def requests(self) -> list[Line]:
        return [line for line in self.lines if line["code"] == "request"]


def find_and_fail(stack: Stack) -> None:
    """Find calls, and ask for one without notification records; CCC refuses some of it."""
    stack.command(FIND)
    stack.center.faults.add(
        Fault("throttled", match="ListCallDetailRecordsV2", status=403, code="NoPermission")
    )
    stack.command(FIND)
    stack.center.faults.add(Fault("no_records", times=2))
    stack.command(JOB)
    stack.center.faults.add(Fault("no_permission", match="GetCallDetailRecord"))
    stack.command(JOB)
    stack.center.faults.clear()


def read_threads(stack: Stack) -> None:
    """Mention the bot below a message that names a call, which Slack shows it or not."""
    root = stack.workspace.post("C0SUPPORT", "U0ZHANG", f"Dropped: {JOB}")
    stack.sender.mention("why?", channel="C0SUPPORT", thread_ts=root.ts)
    stack.workspace.faults.add(Fault("error", code="missing_scope", match="conversations.replies"))
    stack.sender.mention("why?", channel="C0SUPPORT", thread_ts=root.ts)
    stack.workspace.faults.clear()


def go_wrong(stack: Stack) -> None:
    """Have everything happen that an alert is about, and what is not to disturb."""
    stack.command(JOB)
    stack.command("help")
    stack.assistant.call("look_up_call", {"ids": [JOB]})
    stack.assistant.call("look_up_call", {"ids": [JOB]}, user="U0GUEST")
    stack.assistant.call("find_calls", {"kind": "missed"})
    stack.assistant.post([])
    find_and_fail(stack)
    read_threads(stack)
    for fault in (
        Fault("throttled"),
        Fault("delay", times=None, seconds=4.0),
        Fault("not_ok", code="NoPermission.User"),
    ):
        stack.center.faults.add(fault)
        stack.command(JOB)
        stack.center.faults.clear()
        stack.settle()
    stack.center.faults.add(Fault("not_ok", code="NoPermission.User"))
    stack.assistant.call("look_up_call", {"ids": [JOB]})
    stack.center.faults.add(Fault("throttled", status=403, code="InvalidAccessKeyId.NotFound"))
    stack.command(JOB)
    httpx.post(stack.request_url, content=b"command=x", trust_env=False)
    httpx.post(f"{stack.webhook_url}/generic", content=b"{}", trust_env=False)
    stack.alert("grafana-firing-hmac")
    stack.settle()
    stack.workspace.faults.add(Fault("error", code="user_not_found", match="users.info"))
    stack.command(JOB, user="U0ZHANG")
    # The worker finds no way to tell: Slack's tokens are gone, and so is what it was asked for.
    stack.workspace.faults.add(Fault("error", code="token_revoked", times=None))
    stack.alert("alertmanager-firing-label")
    stack.settle()
    for kind, times in (("refuse", 2), ("lose", 1)):
        stack.platform.faults.add(Fault(kind, match="callevents-worker", times=times))
        stack.center.faults.add(Fault("delay", times=None, seconds=4.0))
        stack.command(JOB)
        stack.center.faults.clear()
    stack.platform.faults.clear()
    stack.platform.faults.add(Fault("refuse", match="callevents-worker", times=None))
    stack.sender.mention(f"<@U0BOT> {JOB}")
    stack.alert("sls-firing-label")


@pytest.fixture(scope="module", name="log")
def _log() -> Log:
    log = Log()
    with open_stack(environ=SEARCHERS) as stack:
        go_wrong(stack)
        log.collect(stack)
    kept = {
        name: f"kms://{SECRET_NAMES[name]}" for name in ("SLACK_SIGNING_SECRET", "CALLEVENTS_WEBHOOK_TOKEN")
    }
    with open_stack(environ=kept) as stack:
        stack.vault.forbidden.update(SECRET_NAMES.values())
        stack.command(JOB)
        stack.alert("alertmanager-firing-label")
        log.collect(stack)
    with open_stack(environ={"CCC_INSTANCE_ID": "not an instance"}) as stack:
        stack.command(JOB)
        log.collect(stack)
    return log


def test_each_request_of_each_function_leaves_one_line(log: Log) -> None:
    for printed in log.invocations:
        assert [line["code"] for line in printed].count("request") == 1
        # The request that comes first finds the settings' line of the initializer before its own.
        own = [line for line in printed if line["code"] not in {"settings", "secret_unread"}]
        assert len({line["request_id"] for line in own}) == 1
    assert {line["function"] for line in log.requests()} == {"slack", "webhook", "worker"}
    assert max(len(json.dumps(line)) for line in log.requests()) < REQUEST_LINE_LIMIT


def test_a_lookup_that_is_handed_over_is_one_chain(log: Log) -> None:
    handed = [line for line in log.requests() if line["outcome"] == "handed_over"]
    assert handed
    chains = [[line for line in log.lines if line.get("task") == each["task"]] for each in handed]
    outcomes = [[(line["code"], line["outcome"].partition(":")[0]) for line in chain] for chain in chains]

    assert [
        ("audit", "handed_over"),
        ("request", "handed_over"),
        ("audit", "answered"),
        ("request", "answered"),
    ] in outcomes


@pytest.mark.parametrize("name", sorted({field for query in QUERIES.values() for field in query.fields}))
def test_every_field_that_a_query_reads_is_logged(name: str, log: Log) -> None:
    assert any(name in line for line in log.lines)


@pytest.mark.parametrize("name", sorted(QUERIES))
def test_every_word_that_a_query_looks_for_is_one_of_ours(name: str, log: Log) -> None:
    sources = "\n".join(path.read_text("utf-8") for path in (ROOT / "shared/callevents").rglob("*.py"))
    own = set(re.findall(r"[a-z_]+", sources))
    words = re.findall(r"'([a-z_%]+)'", QUERIES[name].sql)

    assert [] == [word for word in words if word.strip("%") not in own | {"hrottl", "minute", "true"}]


@pytest.mark.parametrize("name", sorted(QUERIES))
def test_every_query_finds_what_went_wrong(name: str, log: Log) -> None:
    query = QUERIES[name]
    rows = log.ask(query)

    assert rows
    if query.alert:
        column = re.split(r" [<>]", query.alert)[0]
        assert float(rows[0][column]) > 0, rows


MISTAKES: list[tuple[str, Line]] = [
    ("look_up_call", {}),
    ("look_up_call", {"ids": ["x"]}),
    ("look_up_call", {"ids": [JOB], "instance": "nowhere"}),
    ("find_calls", {}),
    ("find_calls", {"kind": "number", "what": "x"}),
    ("find_calls", {"kind": "mine"}),
]
NO_MESSAGES: list[object] = [[], {}, {"jsonrpc": "2.0", "id": 1, "method": "resources/list"}]


def ask_wrongly(stack: Stack) -> None:
    """Ask as people and models do who make mistakes, and as people who may not."""
    for user in ("U0MEI", "U0GUEST"):
        for text in (
            JOB,
            "nonsense",
            "job-nonsense",
            f"{JOB} in nowhere",
            "find 138****01",
            f"{FIND} 999d",
            FIND,
        ):
            stack.command(text, user=user)
        for tool, arguments in MISTAKES:
            stack.assistant.call(tool, arguments, user=user)
    for message in NO_MESSAGES:
        stack.assistant.post(message)
    stack.command(FIND, user="U0ZHANG")


@pytest.fixture(scope="module", name="calm")
def _calm() -> Log:
    log = Log()
    with open_stack(environ={**SEARCHERS, "CALLEVENTS_DENY_GUESTS": "true"}) as stack:
        ask_wrongly(stack)
        stack.command(JOB)
        stack.command(FIND)
        # A role without the list of calls loses finding alone: nobody is called at night for it.
        stack.center.faults.add(
            Fault("throttled", match="ListCallDetailRecordsV2", status=403, code="NoPermission")
        )
        stack.command(FIND)
        stack.center.faults.add(
            Fault("throttled", match="ListCallDetailRecordsV2", status=403, code="NoPermission")
        )
        stack.assistant.call("find_calls", {"kind": "missed"})
        stack.center.faults.clear()
        root = stack.workspace.post("C0SUPPORT", "U0ZHANG", f"Dropped: {JOB}")
        stack.sender.mention("why?", channel="C0SUPPORT", thread_ts=root.ts)
        stack.center.faults.add(Fault("no_records"))
        stack.command(JOB)
        stack.assistant.call("look_up_call", {"ids": [JOB]})
        stack.alert("grafana-firing-hmac")
        stack.settle()
        log.collect(stack)
    return log


@pytest.mark.parametrize("name", sorted(each.name for each in QUERIES.values() if each.alert))
def test_no_alert_fires_while_all_is_well(name: str, calm: Log) -> None:
    conditions = re.findall(r"([a-z_]+) > ([0-9]+)", QUERIES[name].alert)

    for row in calm.ask(QUERIES[name]):
        assert not all(float(row[column]) > float(least) for column, least in conditions), row


@pytest.mark.parametrize("readme", ["README.md", "README.zh-CN.md"])
def test_the_document_says_what_to_do_about_each_alert(readme: str) -> None:
    text = (ROOT / FOLDER / readme).read_text("utf-8").partition("queries.sql")[2].partition("\n## ")[0]
    rows = [
        re.findall(r"`([a-z_]+)`", line.split("|")[1]) for line in text.splitlines() if line.startswith("| `")
    ]

    assert {name for row in rows for name in row} == {each.name for each in QUERIES.values() if each.alert}


def test_the_files_are_those_of_the_queries() -> None:
    for name, body in bodies(ROOT, Place()):
        assert (ROOT / FOLDER / name).read_text("utf-8") == text_of(body), "run `make readme`"


def test_searches_of_the_assistant_are_counted_as_searches(calm: Log) -> None:
    (row,) = calm.ask(QUERIES["finds"])
    (assistant,) = calm.ask(QUERIES["assistant"])

    assert row["failed"] == 2
    assert assistant["failed"] == 1
    assert row["refused"] > 0


def test_an_alert_reads_columns_that_its_query_gives(log: Log) -> None:
    for query in QUERIES.values():
        columns = set(log.ask(query)[0])
        assert set(re.findall(r"[a-z_]+", query.alert)) <= columns, query.name
        for axis in query.chart.split()[1:]:
            assert set(axis.split(",")) <= columns, query.name


def test_nothing_is_named_that_is_not_read() -> None:
    read = {field for query in QUERIES.values() for field in query.fields}

    assert FIELDS - read <= {
        "left_out",
        "level",
        "time",
        "reason",
        "status",
        "hand_over_calls",
        "slack_calls",
        "logger",
    }


NAMED = {
    "LOG_PROJECT": "serverless-cn-hongkong-1",
    "LOG_STORE": "default-logs",
    "LOG_ACTION_POLICY": "on-call",
}


def test_what_is_written_holds_the_names_and_no_placeholder(tmp_path: Path) -> None:
    texts = [path.read_text() for path in write(ROOT, tmp_path / "made", place_of(NAMED))]

    assert len(texts) == 3
    for text in texts:
        assert not re.search(r"\b(?:PROJECT|LOGSTORE|REGION|ACTION_POLICY)\b", text)
        assert NAMED["LOG_STORE"] in text
    assert '"region": "cn-hongkong"' in "".join(texts)


@pytest.mark.parametrize(
    ("changes", "named"),
    [
        ({"LOG_PROJECT": ""}, ["LOG_PROJECT is not set"]),
        ({"LOG_STORE": ""}, ["LOG_STORE is not set"]),
        ({"LOG_ACTION_POLICY": " "}, ["LOG_ACTION_POLICY is not set"]),
        ({"DEPLOY_REGION": "REGION"}, ["DEPLOY_REGION is no such name"]),
        ({"LOG_PROJECT": "PROJECT", "LOG_STORE": "…"}, ["LOG_PROJECT is no such name", "LOG_STORE is no such name"]),
    ],
)  # fmt: skip
def test_a_name_that_is_missing_or_none_is_named(changes: dict[str, str], named: list[str]) -> None:
    with pytest.raises(BuildFailed) as failed:
        place_of({**NAMED, **changes})

    first, *lines = str(failed.value).splitlines()
    assert first == "Nothing was written:"
    assert [line.strip().partition(":")[0] for line in lines] == named


def test_make_observability_writes_nothing_and_fails_where_names_are_missing(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "callevents_build.sls.observability"],
        env={"PATH": "/nowhere", "LOG_PROJECT": "serverless-1"}, capture_output=True, text=True, check=False,
    )  # fmt: skip

    assert done.returncode == 1
    assert "LOG_STORE is not set" in done.stderr
    assert done.stdout == ""


def test_the_name_of_an_alert_is_whole() -> None:
    for query in QUERIES.values():
        if query.alert:
            assert display_name(query) == f"callevents: {query.title}"
    with pytest.raises(BuildFailed, match="its title is too long"):
        display_name(QUERIES["lost"]._replace(title="x" * 60))
