"""The routes of the page: what they show, what they do, what they refuse."""

import json
from pathlib import Path
from typing import Any

import httpx
import pytest

from callevents_sandbox.fixtures.samples import sample
from callevents_sandbox.playground import bundle, page
from callevents_sandbox.playground.fault_switches import SWITCHES, set_switches
from callevents_sandbox.playground.page_state import FEATURED_ALERTS
from callevents_sandbox.playground.signing_steps import signing_steps
from callevents_sandbox.stack import Stack

QUEUE = sample("abandoned-in-queue").job_id
TRANSFER = sample("blind-transfer").job_id
QUIET = ("generic-none", "grafana-wrong-signature")  # shown because nothing comes of them


def do(url: str, **request: object) -> httpx.Response:
    return httpx.post(
        f"{url}/page/action", json={"user": "U0MEI", "channel": "C0SUPPORT", **request}, timeout=30
    )


def seen(url: str, user: str = "U0MEI") -> dict[str, Any]:
    found: dict[str, Any] = httpx.get(f"{url}/page/seen", params={"user": user}).json()
    return found


class TestTheFront:
    def test_a_browser_gets_the_page_and_nothing_from_elsewhere(self, url: str) -> None:
        answer = httpx.get(url, headers={"accept": "text/html,*/*"})
        assert answer.headers["content-type"].startswith("text/html")
        assert "default-src 'none'" in answer.headers["content-security-policy"]
        assert "https://" not in answer.text

    def test_anything_else_gets_help(self, url: str) -> None:
        assert "/_sandbox/jobs" in httpx.get(url).text

    def test_without_a_bundle_it_says_what_to_do(self) -> None:
        assert "make page" in (bundle.SOURCES / "missing.html").read_text("utf-8")

    def test_what_to_type_without_it_names_the_port(self, tmp_path: Path) -> None:
        text = bytes(page("http://127.0.0.1:9090/", tmp_path).body).decode()
        assert "curl 'http://127.0.0.1:9090/_sandbox/jobs'" in text
        assert ":8080" not in text

    @pytest.mark.parametrize("name", ["stamp", "lock", "..%2f..%2fMakefile", "app.jsx"])
    def test_only_the_bundle_is_served(self, url: str, name: str) -> None:
        assert httpx.get(f"{url}/page/{name}").status_code == 404

    def test_it_tells_what_there_is(self, url: str) -> None:
        setting = httpx.get(f"{url}/page/setting").json()
        assert {"job": QUEUE, "name": "abandoned-in-queue"}.items() <= setting["samples"][3].items()
        assert setting["switches"] == [each.name for each in SWITCHES]
        assert [each["good"] for each in setting["alerts"]].index(False) == 7
        assert len(setting["alerts"]) == 68


class TestWhatIsSaid:
    def test_a_command_is_answered_to_who_typed_it(self, url: str) -> None:
        assert do(url, do="say", text=f"/callevents {QUEUE}").json()["status"] == 200
        (answer,) = seen(url)["messages"]
        assert answer["ephemeral"] is True
        assert QUEUE in str(answer["blocks"])
        assert seen(url, "U0SUPERVISOR")["messages"] == []

    def test_another_command_is_slackbots(self, url: str) -> None:
        assert do(url, do="say", text="/weather Lisbon").json() == {}
        (answer,) = seen(url)["messages"]
        assert (answer["author"], answer["ephemeral"]) == ("USLACKBOT", True)

    def test_what_is_written_is_seen_by_all_and_escaped(self, url: str) -> None:
        do(url, do="say", text="<!channel> a & b")
        assert [each["text"] for each in seen(url, "U0GUEST")["messages"]] == ["&lt;!channel&gt; a &amp; b"]

    def test_commands_do_not_work_in_threads(self, url: str) -> None:
        do(url, do="say", text="Look")
        ts = seen(url)["messages"][0]["ts"]
        do(url, do="say", text=f"/callevents {QUEUE}", thread_ts=ts)
        reply = seen(url)["messages"][1]
        assert "not supported in threads" in str(reply["text"])
        assert reply["thread_ts"] == ts

    def test_more_than_slack_takes_is_refused(self, url: str) -> None:
        answer = do(url, do="say", text="x" * 40_001)
        assert (answer.status_code, "40,000" in answer.json()["error"]) == (409, True)
        assert seen(url)["messages"] == []

    def test_nothing_is_nothing(self, url: str) -> None:
        assert do(url, do="say", text=" ").json() == {}
        assert seen(url)["messages"] == []


class TestWhatIsPressed:
    def test_a_button_that_is_not_there_is_refused(self, url: str) -> None:
        do(url, do="say", text=f"/callevents {QUEUE}")
        ts = seen(url)["messages"][0]["ts"]
        answer = do(url, do="press", ts=ts, action={"action_id": "refresh", "value": "forged"})
        assert (answer.status_code, answer.json()["error"]) == (409, "This is not there any more.")

    def test_nobody_presses_what_only_another_sees(self, url: str) -> None:
        do(url, do="say", text=f"/callevents {QUEUE}")
        ts = seen(url)["messages"][0]["ts"]
        assert do(url, do="press", ts=ts, user="U0SUPERVISOR", action={}).status_code == 409

    def test_what_only_one_person_sees_has_no_shortcut(self, url: str) -> None:
        do(url, do="say", text=f"/callevents {QUEUE}")
        assert do(url, do="shortcut", ts=seen(url)["messages"][0]["ts"]).status_code == 409

    def test_a_form_opens_and_closes(self, url: str, stack: Stack) -> None:
        do(url, do="say", text="/callevents")
        (view,) = seen(url)["views"]
        assert do(url, do="close", view=view["id"]).json() == {}
        assert (seen(url)["views"], stack.workspace.views) == ([], {})
        assert do(url, do="close", view=view["id"]).status_code == 409


class TestWhatHappens:
    def test_an_alert_comes_in(self, url: str, stack: Stack) -> None:
        answer = do(url, do="alert", name="alertmanager-firing-label").json()
        assert (answer["status"], json.loads(answer["body"])["status"]) == (200, "accepted")
        stack.settle()
        assert [each["channel"] for each in seen(url)["messages"]] == ["C0ALERTS"]
        assert [each.what.split()[0] for each in stack.journal.entries("alert")] == ["sent", "answered"]
        assert do(url, do="alert", name="none").status_code == 409

    @pytest.mark.parametrize("name", [name for name in FEATURED_ALERTS if name not in QUIET])
    def test_an_alert_to_begin_with_is_seen(self, url: str, stack: Stack, name: str) -> None:
        do(url, do="alert", name=name)
        stack.settle()
        assert "C0ALERTS" in [each["channel"] for each in seen(url)["messages"]]

    def test_a_switch_breaks_and_mends(self, url: str, stack: Stack) -> None:
        do(url, do="switch", name="down", on=True)
        assert "down" in seen(url)["faults"]
        assert [each.kind for each in stack.center.faults.waiting()] == ["unavailable"]
        do(url, do="switch", name="down", on=False)
        assert not seen(url)["faults"]
        assert not stack.center.faults.waiting()
        assert do(url, do="switch", name="everything", on=True).status_code == 409

    def test_slow_goes_with_any_other(self, stack: Stack) -> None:
        set_switches(stack, ["slow", "garbled", "lost"])
        assert [(each.kind, each.seconds) for each in stack.center.faults.waiting()] == [("truncated", 4.0)]
        assert [each.match for each in stack.platform.faults.waiting()] == ["callevents-worker "]

    def test_what_is_about_other_requests_goes_with_any_switch(self, url: str, stack: Stack) -> None:
        for name in ("no_records", "refused", "no_data_tables", "slow"):
            do(url, do="switch", name=name, on=True)
        assert [each.kind for each in stack.center.faults.waiting()] == [
            "no_records",
            "no_permission",
            "delay",
        ]
        assert stack.workspace.refused_blocks == {"data_table"}
        do(url, do="switch", name="no_data_tables", on=False)
        assert stack.workspace.refused_blocks == frozenset()

    def test_the_language_is_that_of_the_person_and_of_alerts(self, url: str, stack: Stack) -> None:
        do(url, do="language", language="zh-CN")
        do(url, do="say", text=f"/callevents {QUEUE}")
        assert "客户" in str(seen(url)["messages"][0]["text"])
        do(url, do="alert", name="alertmanager-firing-label")
        stack.settle()
        assert "告警中" in str(seen(url)["messages"][1]["text"])
        do(url, do="language", language="en")
        do(url, do="say", text=f"/callevents {QUEUE}")
        assert "gave up" in str(seen(url)["messages"][2]["text"])

    def test_it_counts_what_it_cost_through_a_deployment(self, url: str) -> None:
        do(url, do="say", text="/callevents help")
        do(url, do="language", language="zh-CN")
        do(url, do="say", text="/callevents help")
        slack = seen(url)["bills"][0]
        assert (slack["function"], slack["invocations"], slack["cold_starts"]) == ("callevents-slack", 2, 2)

    def test_the_steps_of_a_signature_are_those_that_were_signed(self, url: str, stack: Stack) -> None:
        assert signing_steps(stack.center) is None
        do(url, do="say", text=f"/callevents {QUEUE}")
        found = signing_steps(stack.center)
        assert found is not None
        assert str(found["canonical_request"]).startswith("POST\n/\n")
        assert found["signature"] == str(found["authorization"]).rpartition("Signature=")[2]
        assert found["status"] == 200


class TestTheCallsLookedUpLast:
    def test_they_are_the_products_own_summaries_masked(self, url: str) -> None:
        assert seen(url)["calls"] == []
        do(url, do="say", text=f"/callevents {TRANSFER} {QUEUE}")
        found = seen(url)["calls"]
        assert [each["job_id"] for each in found] == [TRANSFER, QUEUE]
        assert [leg["agent"] for leg in found[0]["legs"]] == [None, "alice@ccc-test", "bob@ccc-test"]
        assert [(phase["phase"], phase["seconds"]) for phase in found[1]["journey"]][:2] == [
            ("ivr", 9.34),
            ("queue", 47.26),
        ]
        assert found[0]["caller"] == "138******01"
        assert "13800001001" not in str(found)

    def test_a_lookup_that_failed_changes_nothing(self, url: str) -> None:
        do(url, do="say", text=f"/callevents {QUEUE}")
        do(url, do="switch", name="throttled", on=True)
        do(url, do="say", text=f"/callevents {TRANSFER}")
        assert [each["job_id"] for each in seen(url)["calls"]] == [QUEUE]

    def test_without_notification_records_they_are_those_of_the_detail_record(self, url: str) -> None:
        do(url, do="switch", name="no_records", on=True)
        do(url, do="say", text=f"/callevents {TRANSFER}")
        (call,) = seen(url)["calls"]
        assert (call["sources"], call["answered_by"]) == (["detail_record"], "alice@ccc-test")
        assert [phase["phase"] for phase in call["journey"] if phase["seconds"] > 1] == [
            "ivr",
            "queue",
            "ring",
            "talk",
            "ring",
            "talk",
        ]
        assert "13800001001" not in str(call)

    def test_where_the_detail_record_is_refused_too_there_is_nothing(self, url: str) -> None:
        for name in ("no_records", "refused"):
            do(url, do="switch", name=name, on=True)
        do(url, do="say", text=f"/callevents {TRANSFER}")
        assert seen(url)["messages"][0]["blocks"]
        assert "alice" not in str(seen(url)["messages"][0]["blocks"])

    def test_a_call_without_records_is_told_from_none(self, url: str) -> None:
        do(url, do="say", text="/callevents job-00000000-0000-4000-8000-000000000000")
        (call,) = seen(url)["calls"]
        assert (call["outcome"], call["legs"], call["journey"]) == ("no_records", [], [])


class TestWhatIsHidden:
    def test_no_secret_reaches_the_browser(self, url: str, stack: Stack) -> None:
        do(url, do="say", text=f"/callevents {QUEUE}")
        do(url, do="alert", name="generic-json-hmac")
        do(url, do="alert", name="opsgenie-create-details")
        do(url, do="alert", name="eventbridge-none")
        stack.settle()
        shown = httpx.get(f"{url}/page/seen").text + httpx.get(f"{url}/_sandbox/journal").text
        assert "•••" in shown
        assert [each for each in stack.secrets if each in shown] == []


class TestStrangers:
    @pytest.mark.parametrize(
        ("headers", "body", "status"),
        [
            ({"content-type": "text/plain"}, b"{}", 415),
            ({"content-type": "application/x-www-form-urlencoded"}, b"do=say", 415),
            ({"content-type": "application/json"}, b"[]", 400),
            ({"content-type": "application/json"}, b"{", 400),
            ({"content-type": "application/json"}, b"[" * 100_000, 400),
            ({"content-type": "application/json"}, b'{"do": 1}', 409),
            ({"content-type": "application/json"}, b'{"do": "say", "text": "x", "user": "U9"}', 409),
        ],
    )
    def test_what_is_no_deed_is_refused(
        self, url: str, headers: dict[str, str], body: bytes, status: int
    ) -> None:
        answer = httpx.post(f"{url}/page/action", content=body, headers=headers)
        assert (answer.status_code, list(answer.json())) == (status, ["error"])

    def test_nobody_else_is_shown_anything(self, url: str) -> None:
        assert httpx.get(f"{url}/page/seen", params={"user": "U0CALLEVENTS"}).status_code == 404
