"""Tests for callevents.worker.alerts.job and firing: every alert is posted, once, whatever fails."""

import json
import logging
from typing import Any

import pytest

from callevents.errors import NotDelivered
from callevents_sandbox.fixtures.samples import sample, under
from tests.support.audit import audit_lines

JOB = "job-468a63a2-1111-4222-8333-0000000000ff"


def test_one_call_is_one_card(worker_env: Any, audit_outcomes: Any) -> None:
    job = worker_env.job()
    worker_env.deliver(worker_env.alert(jobs=(job,), title="Call dropped"))

    (card,) = worker_env.workspace.messages
    assert (card.channel, card.thread_ts) == ("C0ALERTS", None)
    assert card.text.startswith(f"Firing: Call dropped\nCall {job}: Not answered: the caller gave up")
    (given,) = worker_env.called("chat.postMessage")
    assert (given["unfurl_links"], given["unfurl_media"]) == (False, False)
    assert not {"link_names", "parse", "thread_ts"} & given.keys()
    assert len(worker_env.center.asked) == 1
    assert audit_outcomes() == ["posted"]


def test_several_calls_are_one_card_and_a_thread(worker_env: Any, audit_outcomes: Any) -> None:
    jobs = (worker_env.job(), worker_env.job("hold-and-mute"), worker_env.job("queue-timeout"))
    worker_env.workspace.rate_limited = True
    worker_env.deliver(worker_env.alert(jobs=jobs))

    (card,) = worker_env.cards
    assert "3 calls: 1 answered, 2 not answered" in card.text
    assert [reply.thread_ts for reply in worker_env.replies] == [card.ts] * 3
    assert all(job in reply.text for job, reply in zip(jobs, worker_env.replies, strict=True))
    assert len(worker_env.called("chat.postMessage")) == 4  # none came too soon
    assert len(worker_env.center.asked) == 1
    assert audit_outcomes() == ["posted, 3 in the thread"]


def test_the_audit_line_names_sender_calls_channel_and_nothing_of_the_content(
    worker_env: Any, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    worker_env.deliver(worker_env.alert(title="SECRET 13800000101"))

    (line,) = audit_lines(caplog)
    assert (line["action"], line["entry"], line["channel"]) == ("alert", "grafana", "C0ALERTS")
    assert line["jobs"].startswith("job-")
    assert "SECRET" not in str([vars(record) for record in caplog.records])


def test_the_request_line_has_the_codes_of_what_happened(worker_env: Any) -> None:
    """Saved queries count them: functions/observability/queries.sql."""
    worker_env.center.permission = "ccc"
    invocation = worker_env.invocation()
    worker_env.worker.event(worker_env.alert().model_dump_json().encode(), invocation)
    fields = invocation.request_log.fields()

    assert (fields["entry"], fields["outcome"], fields["why"]) == ("grafana", "posted", "ccc_refused")


@pytest.mark.parametrize("fault", ["unavailable", "throttled", "bad_gateway", "not_json", "reset", "not_ok"])
def test_if_the_contact_center_is_down_the_alert_is_posted_with_the_reason(
    worker_env: Any, fault: str, audit_outcomes: Any
) -> None:
    worker_env.fail_center(fault)
    alert = worker_env.alert(title="Call dropped")
    worker_env.deliver(alert)

    (card,) = worker_env.workspace.messages
    assert card.text.startswith("Firing: Call dropped")
    assert alert.jobs[0] in card.text
    assert "Could not be looked up:" in json.dumps(card.blocks)
    (row,) = [block for block in card.blocks if block["type"] == "actions"]
    assert [button["action_id"] for button in row["elements"]] == ["refresh"]
    assert "lookup failed: ccc" in audit_outcomes()[0]
    assert sum(worker_env.clock.slept) < 15


def test_a_short_outage_of_the_contact_center_is_retried(worker_env: Any) -> None:
    worker_env.fail_center("unavailable", times=5)
    worker_env.deliver(worker_env.alert())

    assert "Could not be looked up" not in json.dumps(worker_env.cards[0].blocks)


@pytest.mark.parametrize("fault", ["content_deep", ""])
def test_whatever_is_in_the_records_the_alert_is_posted(worker_env: Any, fault: str) -> None:
    if fault:
        worker_env.fail_center(fault)
    worker_env.deliver(worker_env.alert(jobs=(JOB,)))

    (card,) = worker_env.workspace.messages
    assert JOB in card.text


def test_a_call_without_records_says_so(worker_env: Any) -> None:
    worker_env.deliver(worker_env.alert(jobs=(JOB,)))

    assert f"Call {JOB}: No records" in worker_env.cards[0].text


@pytest.mark.parametrize("instance", ["ccc-test", ""])
def test_no_instance_means_the_default_one(worker_env: Any, instance: str) -> None:
    worker_env.deliver(worker_env.alert(instance=instance))

    assert [asked.instance_id for asked in worker_env.center.asked] == ["ccc-test"]
    assert "gave up" in worker_env.cards[0].text


@pytest.mark.parametrize("changes", [{"ccc_instance_id": ""}, {"wrong": ("CCC_INSTANCE_ID",)}])
def test_a_wrong_setting_is_on_the_card(worker_env: Any, changes: dict[str, Any]) -> None:
    worker_env.deliver(worker_env.alert(instance=""), worker_env.new_worker(**changes))

    assert "CCC_INSTANCE_ID" in worker_env.cards[0].text
    assert worker_env.center.asked == []


def test_of_a_thousand_calls_ten_are_looked_up_and_the_rest_is_named(worker_env: Any) -> None:
    jobs = tuple(worker_env.job() for _ in range(10))
    left_out = tuple(f"job-468a63a2-1111-4222-8333-{number:012x}" for number in range(100))
    worker_env.deliver(worker_env.alert(jobs=jobs, left_out=left_out, left_out_count=990))

    (card,) = worker_env.cards
    shown = json.dumps(card.blocks)
    assert "990 more calls were not looked up." in shown
    assert f"/callevents {left_out[0]}" in shown
    assert len(worker_env.replies) == 10
    assert len(worker_env.center.asked) == 1


@pytest.mark.parametrize(
    "title",
    [
        "<!channel> <@U0MEI> <https://evil.example|bank> *bold* `code`",
        "line\nline\u2028line\u202etxt.exe",
        "x" * 300,
        "\u5c4f" * 300,
        "call 138 0000 0101 or +86-13900000202",
        "\U0001f525" * 150,
        "&lt;!here&gt; :smile: #general https://evil.example/a_b_c",
    ],
)
@pytest.mark.parametrize("state", ["firing", "resolved", "mixed", "event"])
def test_a_hostile_title_stays_text(worker_env: Any, title: str, state: Any) -> None:
    worker_env.deliver(worker_env.alert(title=title, state=state, severity=title[:300]))

    (card,) = worker_env.cards
    shown = card.text
    for live in ("<!", "<@", "https://", "*bold*", "`", "13800000101", "13900000202", "138 0000 0101"):
        assert live not in shown.replace("<!date", "")
    assert "\n" not in shown.split("Call job")[0].rstrip("\n")
    assert "138 0000 0101" not in json.dumps(card.blocks)


def test_the_language_of_a_channel_is_that_of_the_settings(worker_env: Any) -> None:
    worker_env.deliver(worker_env.alert(), worker_env.new_worker(channel_language="zh-CN"))
    worker_env.deliver(worker_env.alert(), worker_env.new_worker(language="zh-CN"))

    assert ["\u901a\u8bdd" in card.text for card in worker_env.cards] == [True, False]


class TestOnce:
    def test_the_same_envelope_twice_is_one_card(self, worker_env: Any, audit_outcomes: Any) -> None:
        alert = worker_env.alert()
        worker_env.deliver(alert)
        worker_env.deliver(alert.model_copy(update={"received_at": alert.received_at + 30}))

        assert len(worker_env.workspace.messages) == 1
        assert audit_outcomes() == ["posted", "posted before"]

    def test_a_further_alert_on_the_same_call_is_a_line_in_the_thread(self, worker_env: Any) -> None:
        job = worker_env.job()
        worker_env.deliver(worker_env.alert(jobs=(job,)))
        worker_env.clock.sleep(599)
        worker_env.deliver(worker_env.alert(jobs=(job,), title="Bad quality"))

        (card,), (line,) = worker_env.cards, worker_env.replies
        assert line.thread_ts == card.ts
        assert line.text.startswith("Firing: Bad quality")
        assert len(worker_env.center.asked) == 1

    @pytest.mark.parametrize("changes", [{"channel": "C0SUPPORT"}, {"left_out_count": 3}, {"jobs": (JOB,)}])
    def test_elsewhere_or_with_more_calls_it_is_a_card(
        self, worker_env: Any, changes: dict[str, Any]
    ) -> None:
        job = worker_env.job()
        worker_env.deliver(worker_env.alert(jobs=(job,)))
        worker_env.deliver(worker_env.alert(**{"jobs": (job,), **changes}))

        assert len(worker_env.cards) == 2

    def test_ten_minutes_later_it_is_a_card(self, worker_env: Any) -> None:
        job = worker_env.job()
        worker_env.deliver(worker_env.alert(jobs=(job,)))
        worker_env.clock.sleep(601)
        worker_env.deliver(worker_env.alert(jobs=(job,)))

        assert len(worker_env.cards) == 2

    @pytest.mark.parametrize("kind", ["cut", "server_error"])
    def test_a_lost_answer_does_not_make_a_second_card(self, worker_env: Any, kind: str) -> None:
        worker_env.fail_slack(kind, match="chat.postMessage")
        worker_env.deliver(worker_env.alert())

        assert len(worker_env.workspace.messages) == 1

    @pytest.mark.parametrize("kind", ["cut", "server_error"])
    @pytest.mark.parametrize("after", [1, 3])
    def test_a_lost_answer_does_not_make_a_second_reply(self, worker_env: Any, kind: str, after: int) -> None:
        worker_env.fail_slack(kind, match="chat.postMessage", after=after)
        worker_env.deliver(worker_env.alert(jobs=tuple(worker_env.job() for _ in range(3))))

        assert (len(worker_env.cards), len(worker_env.replies)) == (1, 3)

    @pytest.mark.parametrize("kind", ["cut", "server_error"])
    def test_a_lost_answer_does_not_make_a_second_line(self, worker_env: Any, kind: str) -> None:
        alert = worker_env.alert()
        worker_env.deliver(alert)
        worker_env.fail_slack(kind, match="chat.postMessage")
        worker_env.deliver(worker_env.alert(jobs=alert.jobs))

        assert (len(worker_env.cards), len(worker_env.replies)) == (1, 1)

    @pytest.mark.parametrize("failures", [1, 2])
    def test_where_the_history_does_not_answer_either_it_is_asked_again(
        self, worker_env: Any, failures: int
    ) -> None:
        worker_env.fail_slack("cut", match="chat.postMessage")
        worker_env.fail_slack("server_error", match="conversations.history", times=failures)
        worker_env.deliver(worker_env.alert())

        assert len(worker_env.workspace.messages) == 1
        assert len(worker_env.called("chat.postMessage")) == 1

    @pytest.mark.parametrize("state", ["firing", "resolved"])
    def test_a_retry_looks_for_what_the_run_before_did_not_hear_of(self, worker_env: Any, state: str) -> None:
        alert = worker_env.alert(state=state)
        worker_env.deliver(
            worker_env.alert(thread_key=alert.thread_key, jobs=alert.jobs)
        ) if state == "resolved" else None
        before = len(worker_env.workspace.messages)
        worker_env.fail_slack("cut", match="chat.postMessage")
        worker_env.fail_slack("server_error", match="conversations", times=3)
        with pytest.raises(NotDelivered):
            worker_env.deliver(alert)
        worker_env.clock.sleep(200)
        worker_env.deliver(alert)

        assert len(worker_env.workspace.messages) == before + 1

    def test_where_the_history_never_answers_twice_is_better_than_never(self, worker_env: Any) -> None:
        alert = worker_env.alert()
        worker_env.fail_slack("cut", match="chat.postMessage")
        worker_env.fail_slack("server_error", match="conversations.history", times=None)
        with pytest.raises(NotDelivered):
            worker_env.deliver(alert)
        worker_env.deliver(alert)

        assert len(worker_env.cards) == 2

    def test_a_thread_that_nobody_can_finish_does_not_cost_a_second_card(
        self, worker_env: Any, audit_outcomes: Any
    ) -> None:
        alert = worker_env.alert(jobs=tuple(worker_env.job() for _ in range(4)))
        worker_env.fail_slack("not_json", match="chat.postMessage", after=2, times=None)
        worker_env.fail_queue("internal")
        worker_env.deliver(alert)

        assert (len(worker_env.cards), len(worker_env.replies)) == (1, 1)
        assert "3 lost" in audit_outcomes()[-1]


class TestRejections:
    @pytest.mark.parametrize("channel", ["C0NOWHERE", "G0LEADS2", "C0OLD"])
    def test_a_channel_that_does_not_take_it_is_a_failure_that_is_named(
        self, worker_env: Any, channel: str, caplog: pytest.LogCaptureFixture
    ) -> None:
        with pytest.raises(NotDelivered) as raised:
            worker_env.deliver(worker_env.alert(channel=channel))

        assert "slack_refused" in str(raised.value)
        assert len(worker_env.called("chat.postMessage")) == 1
        assert [vars(each)["code"] for each in caplog.records if each.levelname == "ERROR"] == [
            "slack_refused"
        ]

    @pytest.mark.parametrize("code", ["token_revoked", "not_in_channel", "invalid_auth", "account_inactive"])
    def test_a_rejected_token_is_not_retried(self, worker_env: Any, code: str) -> None:
        worker_env.fail_slack("error", code=code, times=None)
        with pytest.raises(NotDelivered, match=code):
            worker_env.deliver(worker_env.alert())

        assert worker_env.clock.slept == []

    def test_without_a_token_it_is_not_delivered(self, worker_env: Any) -> None:
        with pytest.raises(NotDelivered, match="not_authed"):
            worker_env.deliver(worker_env.alert(), worker_env.new_worker(slack_bot_token=""))

    @pytest.mark.parametrize(
        "code",
        [
            "invalid_blocks",
            "msg_blocks_too_long",
            "msg_too_long",
            "invalid_arguments",
            "invalid_metadata_format",
        ],
    )
    def test_what_slack_finds_wrong_is_left_out(self, worker_env: Any, code: str) -> None:
        worker_env.fail_slack("error", code=code)
        worker_env.deliver(worker_env.alert(title="Call dropped"))

        (card,) = worker_env.cards
        assert card.text.startswith("Firing: Call dropped")
        assert bool(card.blocks) == (code == "invalid_metadata_format")


@pytest.mark.parametrize("fault", [{"kind": "server_error"}, {"kind": "bad_gateway"}, {"kind": "reset"}])
def test_a_failure_of_slack_is_retried(worker_env: Any, fault: dict[str, Any]) -> None:
    worker_env.fail_slack(**fault, match="chat.postMessage", times=2)
    worker_env.deliver(worker_env.alert())

    assert len(worker_env.cards) == 1


def test_if_slack_stays_down_the_platform_tries_again_then_it_waits_in_the_queue(
    worker_env: Any, audit_outcomes: Any
) -> None:
    worker_env.fail_slack("server_error", times=None)
    alert = worker_env.alert()
    with pytest.raises(NotDelivered):
        worker_env.deliver(alert)
    assert sum(worker_env.clock.slept) <= 3
    assert worker_env.queued == []
    worker_env.deliver(alert)
    assert audit_outcomes()[-1] == "requeued: slack: status 500"
    for tries in range(1, 20):
        worker_env.clock.now += worker_env.delays[-1]
        worker_env.deliver(worker_env.queued[-1], worker_env.new_worker())
        assert len(worker_env.queued) == tries + 1
    assert sum(worker_env.delays) > 900
    with pytest.raises(NotDelivered):
        worker_env.deliver(worker_env.queued[-1])
    worker_env.workspace.faults.clear()
    worker_env.deliver(worker_env.queued[-1])

    assert len(worker_env.cards) == 1


@pytest.mark.parametrize("fault", ["refuse", "internal"])
def test_if_slack_stays_down_and_there_is_no_queue_the_platform_tries_again(
    worker_env: Any, fault: str
) -> None:
    worker_env.fail_queue(fault)
    worker_env.fail_slack("server_error", times=None)
    alert = worker_env.alert()
    for _ in range(3):
        with pytest.raises(NotDelivered):
            worker_env.deliver(alert)


@pytest.mark.parametrize("started_at", [float("inf"), float("-inf"), 1e300, -1.0])
@pytest.mark.parametrize("state", ["firing", "resolved"])
def test_a_time_that_no_calendar_holds_is_left_out(worker_env: Any, started_at: float, state: Any) -> None:
    alert = worker_env.alert(state=state)
    worker_env.deliver(
        alert.model_dump_json()
        .replace(f"{alert.started_at}", f"{started_at:e}".replace("inf", "1e999"))
        .encode()
    )

    assert len(worker_env.cards) == 1


def test_hostile_records_are_posted(worker_env: Any) -> None:
    job = "job-468a63a2-1111-4222-8333-0000000000fe"
    worker_env.center.add(under(sample("agent-outbound"), job))
    worker_env.deliver(worker_env.alert(jobs=(job,), sender="<!channel>", severity="<!here>"))

    assert "<!channel>" not in worker_env.cards[0].text
