"""Alerts from the webhook through the queue and the worker to the channel: one card, opened and closed."""

import json
from collections.abc import Callable
from typing import Any

import pytest

from callevents.invocation import Request
from callevents.settings.model import Settings
from callevents.settings.validators import RouteSecret
from callevents.webhook.handler import WebhookHandler
from callevents_sandbox.fixtures.samples import sample, under
from callevents_sandbox.slack import App
from tests.worker.alerts.sender_bodies import (
    ENDS,
    A,
    B,
    datadog,
    group,
    issue,
    member,
    opsgenie,
    pagerduty,
    sls,
)

TOKEN = "token-of-the-front-door"
Send = Callable[..., dict[str, Any]]


@pytest.fixture(name="send")
def _send(worker_env: Any) -> Send:
    """Return what sends a body to a route, has the worker do what was queued, and returns the answer."""
    settings = Settings(
        ccc_instance_id="ccc-test",
        worker="callevents-worker",
        channel="C0ALERTS",
        webhook_tokens=(RouteSecret(TOKEN),),
        fc_endpoint=worker_env.settings.fc_endpoint,
    )
    webhook = WebhookHandler(settings, client=worker_env.client)
    for job in (A, B):
        worker_env.center.add(under(sample("abandoned-in-queue"), job))

    def send(route: str, body: object, *, worker: Any = None, **headers: str) -> dict[str, Any]:
        worker_env.clock.sleep(30)
        data = body if isinstance(body, str) else json.dumps(body)
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        request = Request(
            "POST", f"/{route}", {}, named | {"authorization": f"Bearer {TOKEN}"}, data.encode()
        )
        response = webhook.http(request, worker_env.invocation())
        assert response.status == 200
        worker_env.drain(worker or worker_env.worker)
        answer: dict[str, Any] = json.loads(response.body)
        return answer

    return send


@pytest.mark.parametrize("name", ENDS)
@pytest.mark.parametrize("same_instance", [True, False], ids=["same instance", "another instance"])
def test_an_end_without_a_call_closes_its_card(
    send: Send, worker_env: Any, name: str, *, same_instance: bool
) -> None:
    route, firing, end = ENDS[name]
    send(route, firing)
    (card,) = worker_env.cards
    assert not card.blocks[0]["text"]["text"].startswith("✅")
    answer = send(route, end, worker=None if same_instance else worker_env.new_worker())

    assert answer["status"] == "accepted"
    assert card.blocks[0]["text"]["text"].startswith("✅ Resolved")
    assert "gave up in the queue" in json.dumps(card.blocks)
    assert [reply.thread_ts for reply in worker_env.replies if reply.text.startswith("Resolved")] == [card.ts]
    assert len(worker_env.cards) == (2 if "another fires on" in name else 1)


@pytest.mark.parametrize(
    "name", [name for name in ENDS if "names its call" not in name and "fires on" not in name]
)
def test_an_end_without_a_call_and_without_a_card_posts_nothing(
    send: Send, worker_env: Any, audit_outcomes: Any, name: str
) -> None:
    route, _, end = ENDS[name]
    answer = send(route, end)

    assert (answer["status"], answer["jobs"]) == ("accepted", [])
    assert worker_env.workspace.messages == []
    assert audit_outcomes() == ["resolved, no card to close"]
    assert send(route, end) == answer | {"status": "duplicate"}


@pytest.mark.parametrize(
    ("route", "body"),
    [
        ("generic", {"status": "resolved", "title": "x"}),
        ("alertmanager", group(member("resolved", startsAt=""))),
        ("alertmanager", group(member("resolved", fingerprint="", labels={}))),
        ("sls", sls("resolved", fire_time="")),
        ("sls", sls("resolved", fingerprint="")),
        ("datadog", datadog("Recovered", alert_cycle_key="$ALERT_CYCLE_KEY")),
        ("opsgenie", opsgenie("Close", alertId="")),
        ("cloudmonitor", "transId=null&alertState=OK"),
        ("grafana", group(member("firing"))),
        ("pagerduty", pagerduty("acknowledged")),
    ],
)
def test_what_names_neither_a_call_nor_an_alert_is_ignored(send: Send, route: str, body: object) -> None:
    assert send(route, body) == {"status": "ignored", "reason": "no job id"}


@pytest.mark.parametrize("same_instance", [True, False], ids=["same instance", "another instance"])
def test_the_end_of_two_closes_the_cards_of_both(send: Send, worker_env: Any, *, same_instance: bool) -> None:
    send("grafana", group(member("firing", call=A)))
    send("grafana", group(member("firing", call=B, number=2)))
    send(
        "grafana",
        group(member("resolved"), member("resolved", number=2)),
        worker=None if same_instance else worker_env.new_worker(),
    )

    assert [card.blocks[0]["text"]["text"][:10] for card in worker_env.cards] == ["✅ Resolved"] * 2
    assert sorted(line.thread_ts for line in worker_env.replies) == [card.ts for card in worker_env.cards]


def test_a_group_that_grew_is_one_card_and_is_closed(send: Send, worker_env: Any) -> None:
    one, two = (member("firing", call=A, number=number) for number in (1, 2))
    send("grafana", group(one))
    send("grafana", group(one, two))
    (card,) = worker_env.cards
    assert len(worker_env.replies) == 1
    send("grafana", group(one | {"status": "resolved"}, two | {"status": "resolved"}))

    assert worker_env.cards == [card]
    assert card.blocks[0]["text"]["text"].startswith("✅ Resolved")
    assert [line.text.split()[0] for line in worker_env.replies] == ["Firing:", "Resolved"]


@pytest.mark.parametrize("same_instance", [True, False], ids=["same instance", "other instances"])
@pytest.mark.parametrize(
    "ends",
    [
        [[("resolved", 1, A)], [("resolved", 2, B)]],
        [[("resolved", 2, "")], [("resolved", 1, "")]],
        [[("resolved", 1, A), ("firing", 2, B)], [("resolved", 2, B)]],
        [[("resolved", 1, ""), ("firing", 2, B)], [("resolved", 2, "")]],
        [[("resolved", 1, A), ("firing", 2, B)], [("resolved", 1, A), ("resolved", 2, B)]],
        [
            [("firing", 1, A), ("resolved", 2, B)],
            [("firing", 1, A), ("resolved", 2, B)],
            [("resolved", 1, A)],
        ],
    ],
)
@pytest.mark.parametrize("pause", [0, 3600])
def test_a_card_of_two_is_closed_when_both_have_ended_one_by_one(
    send: Send, worker_env: Any, ends: list[list[tuple[str, int, str]]], pause: int, *, same_instance: bool
) -> None:
    def send_group(members: list[tuple[str, int, str]]) -> None:
        worker_env.clock.sleep(pause)
        body = group(*(member(status, call=call, number=number) for status, number, call in members))
        send("alertmanager", body, worker=None if same_instance else worker_env.new_worker())

    send_group([("firing", 1, A), ("firing", 2, B)])
    (card,) = worker_env.cards
    for each in ends[:-1]:
        send_group(each)
        assert card.blocks[0]["text"]["text"].startswith("🔥 Firing")
    send_group(ends[-1])

    assert [each.blocks[0]["text"]["text"][:10] for each in worker_env.cards] == ["✅ Resolved"] * len(
        worker_env.cards
    )
    assert len(worker_env.cards) == 1 or pause or not same_instance


def test_the_end_of_a_member_closes_its_own_card_while_another_fires_on(send: Send, worker_env: Any) -> None:
    one, two = member("firing", call=A), member("firing", call=B, number=2)
    send("alertmanager", group(one))
    send("alertmanager", group(one, two))
    first, both = worker_env.cards
    send("alertmanager", group(one | {"status": "resolved"}, two))
    assert [card.blocks[0]["text"]["text"][:8] for card in (first, both)] == ["✅ Resolv", "🔥 Firing"]
    send("alertmanager", group(two | {"status": "resolved"}))

    assert worker_env.cards == [first, both]
    assert both.blocks[0]["text"]["text"].startswith("✅ Resolved")


def test_a_group_with_an_unnamed_or_too_many_members_is_not_closed_by_the_end_of_some(
    send: Send, worker_env: Any
) -> None:
    unnamed = member("firing", call=B, number=2, startsAt="")
    send("alertmanager", group(member("firing", call=A), unnamed))
    many = [member("firing", call=A, number=number) for number in range(10, 40)]
    worker_env.clock.sleep(3600)
    send("alertmanager", group(*many))
    send("alertmanager", group(member("resolved", call=A)))
    send("alertmanager", group(*(each | {"status": "resolved"} for each in many[:20])))

    assert [card.text.split(":")[0] for card in worker_env.cards][:2] == ["Firing", "Firing"]


def test_an_end_that_one_thread_refuses_is_posted_in_the_other(send: Send, worker_env: Any) -> None:
    send("grafana", group(member("firing", call=A)))
    send("grafana", group(member("firing", call=B, number=2)))
    first, second = worker_env.cards
    worker_env.workspace.messages.remove(first)
    send("grafana", group(member("resolved"), member("resolved", number=2)))

    assert worker_env.cards == [second]
    assert second.blocks[0]["text"]["text"].startswith("✅ Resolved")


def test_an_end_that_overtook_its_alert_closes_it(send: Send, worker_env: Any) -> None:
    send("grafana", group(member("resolved")))
    send("grafana", group(member("firing", call=A)))

    (card,) = worker_env.workspace.messages
    assert card.blocks[0]["text"]["text"].startswith("✅ Resolved after")
    assert "gave up in the queue" in json.dumps(card.blocks)


def test_an_end_is_not_lost_when_the_history_cannot_be_read(send: Send, worker_env: Any) -> None:
    send("grafana", group(member("firing", call=A)))
    other = worker_env.new_worker()
    worker_env.fail_slack("ratelimited", retry_after=30, match="conversations.history")
    send("grafana", group(member("resolved")), worker=other)

    assert worker_env.cards[0].blocks[0]["text"]["text"].startswith("✅ Resolved")


def test_without_the_right_to_read_the_history_nothing_is_posted(send: Send, worker_env: Any) -> None:
    send("grafana", group(member("firing", call=A)))
    worker_env.workspace.app = App(scopes=frozenset({"chat:write"}))
    send("grafana", group(member("resolved")), worker=worker_env.new_worker())

    assert len(worker_env.workspace.messages) == 1


def test_after_such_an_end_the_same_call_is_worth_a_card_again(send: Send, worker_env: Any) -> None:
    send("grafana", group(member("firing", call=A)))
    send("grafana", group(member("resolved")))
    send("grafana", group(member("firing", call=A, startsAt="2026-03-04T10:26:00Z")))

    assert len(worker_env.cards) == 2


ACTIVITY = {
    "action": "triggered",
    "installation": {"uuid": "x"},
    "data": {
        "issue": {"id": "43", "title": f"CallDropped {A}", "level": "warning", "status": "resolved"},
        "activity": {"type": "seer_pr_iteration_completed", "details": {}},
        "alert": {"id": 10, "title": "Watch"},
    },
    "actor": {"type": "application", "id": "sentry"},
}
# An alert, its end, and what comes after; whether the end is missing.
LATE: dict[str, tuple[str, object, object | None, object, str]] = {
    "Sentry's activity": ("sentry", issue("created", culprit=A), issue("resolved"), ACTIVITY, "Event"),
    "Sentry's activity before the end": ("sentry", issue("created", culprit=A), None, ACTIVITY, "Event"),
    "Sentry's activity on another call": (
        "sentry",
        issue("created", culprit=B),
        issue("resolved"),
        ACTIVITY,
        "Event",
    ),
    "Datadog's Warn": (
        "datadog",
        datadog("Triggered", tags=A),
        datadog("Recovered"),
        datadog("Warn", tags=A),
        "Event",
    ),
    "Datadog's No Data": (
        "datadog",
        datadog("Triggered", tags=A),
        datadog("Recovered"),
        datadog("No Data", tags=A),
        "Event",
    ),
    "Datadog's Triggered": (
        "datadog",
        datadog("Triggered", tags=A),
        datadog("Recovered"),
        datadog("Triggered", tags=f"{A} {B}"),
        "Firing",
    ),
    "PagerDuty's note": (
        "pagerduty",
        pagerduty("triggered", title=A),
        pagerduty("resolved"),
        pagerduty("annotated", content=A),
        "Event",
    ),
    "PagerDuty's unknown event": (
        "pagerduty",
        pagerduty("triggered", title=A),
        pagerduty("resolved"),
        pagerduty("slipped.away", x=A),
        "Event",
    ),
    "Opsgenie's note": (
        "opsgenie",
        opsgenie("Create", source=A),
        opsgenie("Close"),
        opsgenie("AddNote", source=A, updatedAt=2),
        "Event",
    ),
    "CloudMonitor's lack of data": (
        "cloudmonitor",
        f"transId=1&alertState=ALERT&x={A}",
        "transId=1&alertState=OK",
        f"transId=1&alertState=INSUFFICIENT_DATA&x={A}",
        "Event",
    ),
    "OnCall's acknowledgement": (
        "generic",
        {"id": "1", "status": "firing", "x": A},
        {"id": "1", "status": "resolved"},
        {"id": "1", "status": "acked", "x": A},
        "Event",
    ),
}


@pytest.mark.parametrize("name", LATE)
@pytest.mark.parametrize("same_instance", [True, False], ids=["same instance", "another instance"])
def test_what_comes_after_the_end_opens_no_card(
    send: Send, worker_env: Any, name: str, *, same_instance: bool
) -> None:
    route, firing, end, late, word = LATE[name]
    if word == "Firing" and not same_instance:
        pytest.skip("a late alert is known as such only where its end was posted")
    send(route, firing)
    if end is not None:
        send(route, end)
    headers = {"sentry_hook_resource": "activity_alert"} if late is ACTIVITY else {}
    send(route, late, worker=None if same_instance else worker_env.new_worker(), **headers)

    (card,) = worker_env.cards
    assert card.blocks[0]["text"]["text"].startswith("🔥" if end is None else "✅")
    lines = [reply for reply in worker_env.replies if reply.text.startswith(word)]
    assert [line.thread_ts for line in lines] == [card.ts]
    details = [reply for reply in worker_env.replies if reply.text.startswith("Call job")]
    assert len(details) == (1 if "another call" in name or word == "Firing" else 0)


def test_an_activity_alert_without_a_card_is_no_fire(send: Send, worker_env: Any) -> None:
    send("sentry", ACTIVITY, sentry_hook_resource="activity_alert")

    (card,) = worker_env.cards
    assert card.blocks[0]["text"]["text"] == f"🔔 Event: CallDropped {A}"
    about = [element["text"] for element in card.blocks[1]["elements"]]
    assert about == ["From Sentry", "seer pr iteration completed", "Severity: warning"]


@pytest.mark.parametrize(
    ("route", "body", "head", "about"),
    [
        (
            "pagerduty",
            pagerduty("custom_field_values.updated", x=A),
            "🔔 Event: Call dropped",
            ["From PagerDuty", "custom field changed"],
        ),
        (
            "pagerduty",
            pagerduty("something_new.happened", x=A),
            "🔔 Event: Call dropped",
            ["From PagerDuty", "something new happened"],
        ),
        ("opsgenie", opsgenie("AddNote", x=A), "🔔 Event: Call dropped", ["From Opsgenie", "note added"]),
        (
            "opsgenie",
            opsgenie("MyOwnAction", x=A),
            "🔔 Event: Call dropped",
            ["From Opsgenie", "my own action"],
        ),
        ("grafana", {"call": A}, "🔥 Firing: Alert from Grafana", ["From Grafana"]),
        ("generic", {"call": A}, "🔥 Firing: Alert from another system", ["From another system"]),
        (
            "grafana",
            group(
                member(
                    "firing", call=A, labels={"alertname": "DatasourceNoData", "rulename": "Call quality low"}
                )
            ),
            f"🔥 Firing: Call quality low (DatasourceNoData): {A}",
            ["From Grafana"],
        ),
    ],
)
def test_names_are_for_people(
    send: Send, worker_env: Any, *, route: str, body: object, head: str, about: list[str]
) -> None:
    send(route, body)

    (card,) = worker_env.cards
    assert card.blocks[0]["text"]["text"] == head
    assert [element["text"] for element in card.blocks[1]["elements"]][: len(about)] == about


def test_a_title_that_holds_the_id_is_not_followed_by_it(send: Send, worker_env: Any) -> None:
    alert = {"id": "1", "title": f"Call dropped {A}", "status": "firing"}
    send("generic", alert)
    send("generic", alert | {"id": "2"})
    send("generic", alert | {"status": "resolved"})

    further, end = worker_env.replies
    assert further.text == f"Firing: Call dropped {A}"
    assert end.text.startswith("Resolved")
    assert json.dumps([end.text, end.blocks]).count(A) == 2


def test_a_broken_end_closes_the_card(send: Send, worker_env: Any) -> None:
    send("grafana", {"title": "Call dropped", "state": "alerting", "id": "drop-1", "message": A})
    body = (
        '{\n  "title": "Call dropped",\n  "state": "ok",\n  "id": "drop-1",\n  "message": "First line\n'
        + A
        + '"\n}'
    )
    send("grafana", body)

    (card,) = worker_env.cards
    assert card.blocks[0]["text"]["text"] == "✅ Resolved: Call dropped"
