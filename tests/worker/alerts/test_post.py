"""Tests for callevents.worker.alerts.job and its neighbours: every alert is told, once, whatever fails."""

import json
import logging
from typing import Any

import pytest

from callevents.errors import NotDelivered
from callevents_sandbox.fixtures.samples import sample, under
from callevents_sandbox.server.faults import Fault

JOB = "job-468a63a2-1111-4222-8333-0000000000ff"


def test_one_call_is_one_card(scene: Any, audited: Any) -> None:
    job = scene.job()
    scene.deliver(scene.alert(jobs=(job,), title="Call dropped"))

    (card,) = scene.workspace.messages
    assert (card.channel, card.thread_ts) == ("C0ALERTS", None)
    assert card.text.startswith(f"Firing: Call dropped\nCall {job}: Not answered: the caller gave up")
    (given,) = scene.called("chat.postMessage")
    assert (given["unfurl_links"], given["unfurl_media"]) == (False, False)
    assert not {"link_names", "parse", "thread_ts"} & given.keys()
    assert len(scene.center.asked) == 1
    assert audited() == ["posted"]


def test_several_calls_are_one_card_and_a_thread(scene: Any, audited: Any) -> None:
    jobs = (scene.job(), scene.job("hold-and-mute"), scene.job("queue-timeout"))
    scene.workspace.rate_limited = True
    scene.deliver(scene.alert(jobs=jobs))

    (card,) = scene.cards
    assert "3 calls: 1 answered, 2 not answered" in card.text
    assert [reply.thread_ts for reply in scene.replies] == [card.ts] * 3
    assert all(job in reply.text for job, reply in zip(jobs, scene.replies, strict=True))
    assert len(scene.called("chat.postMessage")) == 4  # none came too soon
    assert len(scene.center.asked) == 1
    assert audited() == ["posted, 3 in the thread"]


def test_the_audit_line_names_sender_calls_channel_and_nothing_of_the_content(
    scene: Any, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    scene.deliver(scene.alert(title="SECRET 13800000101"))

    (line,) = [vars(record) for record in caplog.records if record.name == "callevents.audit"]
    assert (line["action"], line["entry"], line["channel"]) == ("alert", "grafana", "C0ALERTS")
    assert line["jobs"].startswith("job-")
    assert "SECRET" not in str([vars(record) for record in caplog.records])


@pytest.mark.parametrize("fault", ["unavailable", "throttled", "bad_gateway", "not_json", "reset", "not_ok"])
def test_if_the_contact_center_is_down_the_alert_is_told_with_the_reason(
    scene: Any, fault: str, audited: Any
) -> None:
    scene.center.faults.add(Fault(fault, times=None))
    alert = scene.alert(title="Call dropped")
    scene.deliver(alert)

    (card,) = scene.workspace.messages
    assert card.text.startswith("Firing: Call dropped")
    assert alert.jobs[0] in card.text
    assert "Could not be looked up:" in json.dumps(card.blocks)
    (row,) = [block for block in card.blocks if block["type"] == "actions"]
    assert [button["action_id"] for button in row["elements"]] == ["refresh"]
    assert "not found out: ccc" in audited()[0]
    assert sum(scene.time.slept) < 15


def test_a_passing_trouble_of_the_contact_center_is_waited_out(scene: Any) -> None:
    scene.center.faults.add(Fault("unavailable", times=5))
    scene.deliver(scene.alert())

    assert "Could not be looked up" not in json.dumps(scene.cards[0].blocks)


@pytest.mark.parametrize("records", [b"content_deep", b""])
def test_whatever_is_in_the_records_the_alert_is_told(scene: Any, records: bytes) -> None:
    if records:
        scene.center.faults.add(Fault(records.decode(), times=None))
    scene.deliver(scene.alert(jobs=(JOB,)))

    (card,) = scene.workspace.messages
    assert JOB in card.text


def test_a_call_without_records_says_so(scene: Any) -> None:
    scene.deliver(scene.alert(jobs=(JOB,)))

    assert f"Call {JOB}: No records" in scene.cards[0].text


@pytest.mark.parametrize("instance", ["ccc-test", ""])
def test_no_instance_means_the_default_one(scene: Any, instance: str) -> None:
    scene.deliver(scene.alert(instance=instance))

    assert [asked.instance_id for asked in scene.center.asked] == ["ccc-test"]
    assert "gave up" in scene.cards[0].text


@pytest.mark.parametrize("changes", [{"ccc_instance_id": ""}, {"wrong": ("CCC_INSTANCE_ID",)}])
def test_a_wrong_setting_is_on_the_card(scene: Any, changes: dict[str, Any]) -> None:
    scene.deliver(scene.alert(instance=""), scene.new_worker(**changes))

    assert "CCC_INSTANCE_ID" in scene.cards[0].text
    assert scene.center.asked == []


def test_of_a_thousand_calls_ten_are_looked_up_and_the_rest_is_named(scene: Any) -> None:
    jobs = tuple(scene.job() for _ in range(10))
    left_out = tuple(f"job-468a63a2-1111-4222-8333-{number:012x}" for number in range(100))
    scene.deliver(scene.alert(jobs=jobs, left_out=left_out, left_out_count=990))

    (card,) = scene.cards
    shown = json.dumps(card.blocks)
    assert "990 more calls were not looked up." in shown
    assert f"/callevents {left_out[0]}" in shown
    assert len(scene.replies) == 10
    assert len(scene.center.asked) == 1


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
def test_a_hostile_title_stays_text(scene: Any, title: str, state: Any) -> None:
    scene.deliver(scene.alert(title=title, state=state, severity=title[:300]))

    (card,) = scene.cards
    said = card.text
    for live in ("<!", "<@", "https://", "*bold*", "`", "13800000101", "13900000202", "138 0000 0101"):
        assert live not in said.replace("<!date", "")
    assert "\n" not in said.split("Call job")[0].rstrip("\n")
    assert "138 0000 0101" not in json.dumps(card.blocks)


def test_the_language_of_a_channel_is_that_of_the_settings(scene: Any) -> None:
    scene.deliver(scene.alert(), scene.new_worker(language="zh-CN"))

    assert "\u901a\u8bdd" in scene.cards[0].text


class TestOnce:
    def test_the_same_envelope_twice_is_one_card(self, scene: Any, audited: Any) -> None:
        alert = scene.alert()
        scene.deliver(alert)
        scene.deliver(alert.model_copy(update={"received_at": alert.received_at + 30}))

        assert len(scene.workspace.messages) == 1
        assert audited() == ["posted", "posted before"]

    def test_a_further_alert_on_the_same_call_is_a_line_in_the_thread(self, scene: Any) -> None:
        job = scene.job()
        scene.deliver(scene.alert(jobs=(job,)))
        scene.time.sleep(599)
        scene.deliver(scene.alert(jobs=(job,), title="Bad quality"))

        (card,), (line,) = scene.cards, scene.replies
        assert line.thread_ts == card.ts
        assert line.text.startswith("Firing: Bad quality")
        assert len(scene.center.asked) == 1

    @pytest.mark.parametrize("changes", [{"channel": "C0SUPPORT"}, {"left_out_count": 3}, {"jobs": (JOB,)}])
    def test_elsewhere_or_with_more_calls_it_is_a_card(self, scene: Any, changes: dict[str, Any]) -> None:
        job = scene.job()
        scene.deliver(scene.alert(jobs=(job,)))
        scene.deliver(scene.alert(**{"jobs": (job,), **changes}))

        assert len(scene.cards) == 2

    def test_ten_minutes_later_it_is_a_card(self, scene: Any) -> None:
        job = scene.job()
        scene.deliver(scene.alert(jobs=(job,)))
        scene.time.sleep(601)
        scene.deliver(scene.alert(jobs=(job,)))

        assert len(scene.cards) == 2

    @pytest.mark.parametrize("kind", ["cut", "server_error"])
    def test_a_lost_answer_does_not_make_a_second_card(self, scene: Any, kind: str) -> None:
        scene.fault(kind, match="chat.postMessage")
        scene.deliver(scene.alert())

        assert len(scene.workspace.messages) == 1

    @pytest.mark.parametrize("kind", ["cut", "server_error"])
    @pytest.mark.parametrize("after", [1, 3])
    def test_a_lost_answer_does_not_make_a_second_reply(self, scene: Any, kind: str, after: int) -> None:
        scene.fault(kind, match="chat.postMessage", after=after)
        scene.deliver(scene.alert(jobs=tuple(scene.job() for _ in range(3))))

        assert (len(scene.cards), len(scene.replies)) == (1, 3)

    @pytest.mark.parametrize("kind", ["cut", "server_error"])
    def test_a_lost_answer_does_not_make_a_second_line(self, scene: Any, kind: str) -> None:
        alert = scene.alert()
        scene.deliver(alert)
        scene.fault(kind, match="chat.postMessage")
        scene.deliver(scene.alert(jobs=alert.jobs))

        assert (len(scene.cards), len(scene.replies)) == (1, 1)

    @pytest.mark.parametrize("troubles", [1, 2])
    def test_where_the_history_does_not_answer_either_it_is_asked_again(
        self, scene: Any, troubles: int
    ) -> None:
        scene.fault("cut", match="chat.postMessage")
        scene.fault("server_error", match="conversations.history", times=troubles)
        scene.deliver(scene.alert())

        assert len(scene.workspace.messages) == 1
        assert len(scene.called("chat.postMessage")) == 1

    @pytest.mark.parametrize("state", ["firing", "resolved"])
    def test_a_retry_looks_for_what_the_run_before_did_not_hear_of(self, scene: Any, state: str) -> None:
        alert = scene.alert(state=state)
        scene.deliver(
            scene.alert(thread_key=alert.thread_key, jobs=alert.jobs)
        ) if state == "resolved" else None
        before = len(scene.workspace.messages)
        scene.fault("cut", match="chat.postMessage")
        scene.fault("server_error", match="conversations", times=3)
        with pytest.raises(NotDelivered):
            scene.deliver(alert)
        scene.time.sleep(200)
        scene.deliver(alert)

        assert len(scene.workspace.messages) == before + 1

    def test_where_the_history_never_answers_twice_is_better_than_never(self, scene: Any) -> None:
        alert = scene.alert()
        scene.fault("cut", match="chat.postMessage")
        scene.fault("server_error", match="conversations.history", times=None)
        with pytest.raises(NotDelivered):
            scene.deliver(alert)
        scene.deliver(alert)

        assert len(scene.cards) == 2

    def test_a_thread_that_nobody_can_finish_does_not_cost_a_second_card(
        self, scene: Any, audited: Any
    ) -> None:
        alert = scene.alert(jobs=tuple(scene.job() for _ in range(4)))
        scene.fault("not_json", match="chat.postMessage", after=2, times=None)
        scene.queue.status = 500
        scene.deliver(alert)

        assert (len(scene.cards), len(scene.replies)) == (1, 1)
        assert "3 lost" in audited()[-1]


class TestRefusals:
    @pytest.mark.parametrize("channel", ["C0NOWHERE", "G0LEADS2", "C0OLD"])
    def test_a_channel_that_does_not_take_it_is_a_failure_that_is_named(
        self, scene: Any, channel: str, caplog: pytest.LogCaptureFixture
    ) -> None:
        with pytest.raises(NotDelivered) as raised:
            scene.deliver(scene.alert(channel=channel))

        assert "slack_refused" in str(raised.value)
        assert len(scene.called("chat.postMessage")) == 1
        assert [vars(each)["code"] for each in caplog.records if each.levelname == "ERROR"] == [
            "slack_refused"
        ]

    @pytest.mark.parametrize("code", ["token_revoked", "not_in_channel", "invalid_auth", "account_inactive"])
    def test_a_refused_token_is_not_tried_twice(self, scene: Any, code: str) -> None:
        scene.fault("error", code=code, times=None)
        with pytest.raises(NotDelivered, match=code):
            scene.deliver(scene.alert())

        assert scene.time.slept == []

    def test_without_a_token_it_is_not_delivered(self, scene: Any) -> None:
        with pytest.raises(NotDelivered, match="not_authed"):
            scene.deliver(scene.alert(), scene.new_worker(slack_bot_token=""))

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
    def test_what_slack_finds_wrong_is_left_out(self, scene: Any, code: str) -> None:
        scene.fault("error", code=code)
        scene.deliver(scene.alert(title="Call dropped"))

        (card,) = scene.cards
        assert card.text.startswith("Firing: Call dropped")
        assert bool(card.blocks) == (code == "invalid_metadata_format")


@pytest.mark.parametrize("fault", [{"kind": "server_error"}, {"kind": "bad_gateway"}, {"kind": "reset"}])
def test_slacks_own_troubles_are_waited_out(scene: Any, fault: dict[str, Any]) -> None:
    scene.fault(**fault, match="chat.postMessage", times=2)
    scene.deliver(scene.alert())

    assert len(scene.cards) == 1


def test_if_slack_stays_down_the_platform_tries_again_then_it_waits_in_the_queue(
    scene: Any, audited: Any
) -> None:
    scene.fault("server_error", times=None)
    alert = scene.alert()
    with pytest.raises(NotDelivered):
        scene.deliver(alert)
    assert sum(scene.time.slept) <= 3
    assert scene.queue.tasks == {}
    scene.deliver(alert)
    assert audited()[-1] == "put back: slack: status 500"
    for tries in range(1, 20):
        scene.time.now += scene.queue.delays[-1]
        scene.deliver(list(scene.queue.tasks.values())[-1], scene.new_worker())
        assert len(scene.queue.tasks) == tries + 1
    assert sum(scene.queue.delays) > 900
    with pytest.raises(NotDelivered):
        scene.deliver(list(scene.queue.tasks.values())[-1])
    scene.workspace.faults.clear()
    scene.deliver(list(scene.queue.tasks.values())[-1])

    assert len(scene.cards) == 1


@pytest.mark.parametrize("status", [403, 500])
def test_if_slack_stays_down_and_there_is_no_queue_the_platform_tries_again(scene: Any, status: int) -> None:
    scene.queue.status = status
    scene.fault("server_error", times=None)
    alert = scene.alert()
    for _ in range(3):
        with pytest.raises(NotDelivered):
            scene.deliver(alert)


@pytest.mark.parametrize("started_at", [float("inf"), float("-inf"), 1e300, -1.0])
@pytest.mark.parametrize("state", ["firing", "resolved"])
def test_a_time_that_no_calendar_holds_is_left_out(scene: Any, started_at: float, state: Any) -> None:
    alert = scene.alert(state=state)
    scene.deliver(
        alert.model_dump_json()
        .replace(f"{alert.started_at}", f"{started_at:e}".replace("inf", "1e999"))
        .encode()
    )

    assert len(scene.cards) == 1


def test_records_with_everything_hostile_are_told(scene: Any) -> None:
    job = "job-468a63a2-1111-4222-8333-0000000000fe"
    scene.center.add(under(sample("agent-outbound"), job))
    scene.deliver(scene.alert(jobs=(job,), sender="<!channel>", severity="<!here>"))

    assert "<!channel>" not in scene.cards[0].text
