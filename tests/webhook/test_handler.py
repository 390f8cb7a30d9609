"""The webhook through its front door: the order of its checks, its answers, the hand-over."""

import gzip
import json
import logging

import pytest

from callevents.errors import CredentialsMissing
from callevents.invocation import Invocation
from callevents.tasks.envelope import AlertEnvelope
from callevents.tasks.queue import WorkerQueue
from callevents.webhook.handler import WebhookHandler
from callevents_sandbox.fixtures.alerts import SAMPLE_SECRET, SAMPLE_TIME, SAMPLE_TOKEN
from tests.webhook.builders import Webhook, make_invocation, make_request, make_settings, make_webhook

JOB = "job-468a63a2-1111-4222-8333-b1ecf726d4be"
BODY: dict[str, object] = {"title": "Call dropped", "job_id": JOB, "id": "drop-1"}
MIB = 1 << 20


def ids(count: int, start: int = 0) -> list[str]:
    return [f"job-00000000-0000-4000-8000-{number:012x}" for number in range(start, start + count)]


@pytest.mark.parametrize(
    "method", ["GET", "HEAD", "DELETE", "OPTIONS", "PATCH", "TRACE", "", "get", "POSTS", "БОЛ"]
)
def test_other_methods_are_answered_with_the_allowed_ones(method: str, webhook: Webhook) -> None:
    response = webhook.http(make_request("/generic", BODY, method=method))
    assert (response.status, response.headers["Allow"]) == (405, "POST, PUT")


@pytest.mark.parametrize("method", ["POST", "PUT"])
@pytest.mark.parametrize("path", ["/generic", "/", "", "/a/b", "/grafana/x", "//", "/генерик"])
def test_anything_that_is_no_route_is_generic(method: str, path: str, webhook: Webhook) -> None:
    status, _ = webhook.post(make_request(path, BODY, method=method))
    assert status == 200
    assert [envelope.sender for envelope in webhook.queue.envelopes] == ["generic"]


def test_the_answer_is_json(webhook: Webhook) -> None:
    response = webhook.http(make_request("/generic", BODY))
    assert response.headers["Content-Type"] == "application/json; charset=utf-8"
    [task] = webhook.queue.task_ids
    assert json.loads(response.body) == {"status": "accepted", "jobs": [JOB], "task": task}


def test_a_signature_covers_the_bytes_as_they_were_sent(webhook: Webhook) -> None:
    import hashlib
    import hmac

    body = gzip.compress(json.dumps(BODY).encode(), mtime=0)
    signature = hmac.new(SAMPLE_SECRET.encode(), body, hashlib.sha256).hexdigest()
    headers = {"Sentry-Hook-Signature": signature, "Content-Encoding": "gzip"}
    assert webhook.post(make_request("/sentry", body, headers, token=None))[0] == 200


@pytest.mark.parametrize(
    ("query", "status", "channel"),
    [
        ("", 200, "C0ALERTS"),
        ("?channel=C0ALERTS", 200, "C0ALERTS"),
        ("?channel=C0OTHER", 200, "C0OTHER"),
        ("?channel=C0SECRET", 400, None),
        ("?channel=", 400, None),
        ("?channel=c0other", 400, None),
        ("?channel=C0OTHER%20", 400, None),
        ("?channel=C0OTHER,C0ALERTS", 400, None),
        ("?Channel=C0SECRET", 200, "C0ALERTS"),
    ],
)
def test_only_allowed_channels_are_posted_to(
    query: str, status: int, channel: str | None, webhook: Webhook
) -> None:
    assert webhook.post(make_request(f"/generic{query}", BODY))[0] == status
    assert [envelope.channel for envelope in webhook.queue.envelopes] == ([channel] if channel else [])


def test_a_channel_in_the_body_is_nothing(webhook: Webhook) -> None:
    webhook.post(make_request("/generic", BODY | {"channel": "C0SECRET", "instance": "someone-else"}))
    [envelope] = webhook.queue.envelopes
    assert (envelope.channel, envelope.instance) == ("C0ALERTS", "ccc-demo")


def test_a_stranger_does_not_learn_which_channels_exist(webhook: Webhook) -> None:
    assert webhook.post(make_request("/generic?channel=C0NONE", BODY, token=None))[0] == 401


def test_an_alert_without_a_job_is_ignored(webhook: Webhook) -> None:
    answer = webhook.post(make_request("/generic", {"title": "Disk full"}))
    assert answer == (200, {"status": "ignored", "reason": "no job id"})


@pytest.mark.parametrize("changes", [{"worker": ""}, {"channel": ""}])
def test_what_cannot_be_handed_over_for_a_missing_setting_is_to_be_sent_again(
    changes: dict[str, str],
) -> None:
    webhook = make_webhook(**changes)
    response = webhook.http(make_request("/generic", BODY))
    assert (response.status, int(response.headers["Retry-After"]) > 0) == (503, True)
    assert webhook.post(make_request("/generic", {"title": "Disk full"}))[0] == 200
    assert webhook.queue.attempts == []


def test_without_an_instance_of_its_own_the_worker_s_default_is_meant() -> None:
    webhook = make_webhook(ccc_instance_id="")
    webhook.post(make_request("/generic", BODY))
    assert [envelope.instance for envelope in webhook.queue.envelopes] == [""]


def test_a_queue_that_does_not_answer_is_asked_again_and_what_it_has_is_no_duplicate(
    webhook: Webhook,
) -> None:
    webhook.queue.silences = 1
    status, answer = webhook.post(make_request("/generic", BODY))
    assert (status, answer["status"]) == (200, "accepted")
    assert len(webhook.queue.attempts) == 2
    assert len(webhook.queue.payloads) == 1


def test_the_first_attempt_leaves_time_for_the_second_and_both_end_in_time(
    webhook: Webhook,
) -> None:
    webhook.queue.silences = 2
    assert webhook.http(make_request("/generic", BODY)).status == 503
    assert webhook.queue.waits == [pytest.approx(1.5), pytest.approx(1.5)]


def test_a_hand_over_that_fails_is_to_be_sent_again_and_is_then_taken(webhook: Webhook) -> None:
    webhook.queue.status = 500
    response = webhook.http(make_request("/generic", BODY))
    assert (response.status, int(response.headers["Retry-After"]) > 0) == (503, True)
    assert (webhook.queue.payloads, len(webhook.queue.attempts)) == ([], 1)
    webhook.queue.status = 202
    assert webhook.post(make_request("/generic", BODY))[1]["status"] == "accepted"


def test_missing_credentials_are_to_be_sent_again() -> None:
    def no_way(_invocation: Invocation) -> WorkerQueue:
        raise CredentialsMissing

    function = WebhookHandler(make_settings(), queue=no_way)
    assert function.http(make_request("/generic", BODY), make_invocation()).status == 503


def test_at_most_ten_calls_are_looked_up_and_the_others_named(webhook: Webhook) -> None:
    status, answer = webhook.post(make_request("/generic", {"calls": ids(1000)}))
    assert (status, answer["jobs"], answer["left_out"]) == (200, ids(10), 990)
    [envelope] = webhook.queue.envelopes
    assert (envelope.jobs, envelope.left_out_count) == (tuple(ids(10)), 990)
    assert envelope.left_out == tuple(ids(100, 10))
    assert all(len(payload) < 128 << 10 for payload in webhook.queue.payloads)


def test_ten_calls_are_all_looked_up(webhook: Webhook) -> None:
    _, answer = webhook.post(make_request("/generic", {"calls": ids(10)}))
    assert (answer["jobs"], "left_out" in answer) == (ids(10), False)
    [envelope] = webhook.queue.envelopes
    assert (envelope.left_out, envelope.left_out_count) == ((), 0)


def test_resolved_calls_are_named_and_not_looked_up(webhook: Webhook) -> None:
    _, answer = webhook.post(make_request("/generic", {"status": "resolved", "calls": ids(150)}))
    [envelope] = webhook.queue.envelopes
    assert (envelope.state, envelope.jobs) == ("resolved", ())
    assert envelope.resolved_jobs == tuple(ids(100))
    assert (envelope.left_out_count, answer["left_out"]) == (50, 50)


def test_of_an_alert_in_both_states_the_firing_calls_are_looked_up(webhook: Webhook) -> None:
    firing, resolved = ids(2), ids(2, 2)
    members = [
        {
            "status": status,
            "labels": {"call": job},
            "fingerprint": job[-4:],
            "startsAt": "2026-11-20T08:15:30Z",
        }
        for status, jobs in (("firing", firing), ("resolved", [*resolved, firing[0]]))
        for job in jobs
    ]
    _, answer = webhook.post(make_request("/alertmanager", {"status": "firing", "alerts": members}))
    [envelope] = webhook.queue.envelopes
    assert (envelope.state, envelope.jobs, envelope.resolved_jobs) == (
        "mixed",
        tuple(firing),
        tuple(resolved),
    )
    assert answer["jobs"] == firing


def test_another_channel_or_state_is_another_task_and_order_is_not(webhook: Webhook) -> None:
    one, two = ids(2)
    for path, body in (
        ("/generic", {"id": "1", "calls": [one, two]}),
        ("/generic?channel=C0OTHER", {"id": "1", "calls": [one, two]}),
        ("/generic", {"id": "1", "calls": [one, two], "status": "resolved"}),
        ("/generic", {"id": "2", "calls": [one, two]}),
        ("/generic", {"id": "1", "calls": [one]}),
        ("/arms", {"id": "1", "calls": [one, two]}),
    ):
        assert webhook.post(make_request(path, body))[1]["status"] == "accepted"
    for same in ({"calls": [two, one], "id": "1"}, {"id": 1, "calls": [one, two, one], "more": True}):
        assert webhook.post(make_request("/generic", same))[1]["status"] == "duplicate"


def test_members_in_another_order_are_the_same_alert(webhook: Webhook) -> None:
    members = [{"status": "firing", "labels": {"call": job}, "fingerprint": job[-4:]} for job in ids(3)]
    other = {"status": "firing", "labels": {"job": "ccc-exporter"}, "fingerprint": "ffff"}
    webhook.post(make_request("/alertmanager", {"alerts": members}))
    _, answer = webhook.post(make_request("/alertmanager", {"alerts": [other, *reversed(members)]}))
    assert answer["status"] == "duplicate"


def test_the_title_is_one_harmless_line_of_150_characters(webhook: Webhook) -> None:
    title = "drop\u202eped\n\x00 call\ud800 " + "x" * (MIB // 2)
    webhook.post(make_request("/generic", json.dumps(BODY | {"title": title, "severity": "s" * 1000})))
    [envelope] = webhook.queue.envelopes
    assert envelope.title.startswith("drop ped call x")
    assert (len(envelope.title), envelope.title[-1]) == (150, "…")
    assert len(envelope.severity or "") == 40


def test_the_title_is_never_empty(webhook: Webhook) -> None:
    webhook.post(make_request("/generic", {"title": "\u202e", "x": JOB}))
    [envelope] = webhook.queue.envelopes
    assert envelope.title == "Alert"


def test_phone_numbers_in_a_title_are_masked(webhook: Webhook) -> None:
    webhook.post(make_request("/generic", BODY | {"title": f"13800138000 lost {JOB}"}))
    [envelope] = webhook.queue.envelopes
    assert "13800138000" not in envelope.title
    assert JOB in envelope.title


def test_an_event_without_http_is_refused_quietly(webhook: Webhook) -> None:
    webhook.post(make_request("/generic", BODY))
    [payload] = webhook.queue.payloads
    webhook.function.event(payload, make_invocation())
    assert len(webhook.queue.attempts) == 1


def test_a_request_that_looks_like_an_envelope_is_an_alert_like_any_other(webhook: Webhook) -> None:
    envelope = {
        "version": 1,
        "kind": "alert",
        "sender": "x",
        "channel": "C0SECRET",
        "instance": "x",
        "jobs": [JOB],
    }
    webhook.post(make_request("/generic", envelope))
    [handed_over] = webhook.queue.envelopes
    assert (handed_over.sender, handed_over.channel, handed_over.instance) == (
        "generic",
        "C0ALERTS",
        "ccc-demo",
    )


@pytest.mark.parametrize(
    "path", ["/generic?token=in-the-url&channel=C0ALERTS", "/ccc?token=" + SAMPLE_TOKEN, "/sls"]
)
@pytest.mark.parametrize("token", [SAMPLE_TOKEN, "a-wrong-one", None])
def test_nothing_of_the_request_is_logged(
    path: str, token: str | None, webhook: Webhook, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG, "callevents")
    body = {"title": "a private title", "caller": "13800138000", "job_id": JOB, "instanceId": "ccc-demo"}
    webhook.http(make_request(path, body, {"Sentry-Hook-Resource": "header"}, token=token))

    [request_log] = webhook.request_logs
    line = f"{request_log.fields()} {[vars(record) for record in caplog.records]}"
    assert request_log.fields()["outcome"] in {"accepted", "ignored", "unauthorized"}
    for secret in (SAMPLE_TOKEN, "a-wrong-one", "in-the-url", "C0ALERTS", "private", "13800138000", JOB):
        assert secret not in line


def test_a_failed_hand_over_is_in_the_log(webhook: Webhook) -> None:
    webhook.queue.status = 500
    assert webhook.http(make_request("/generic", BODY)).status == 503
    [request_log] = webhook.request_logs
    fields = request_log.fields()
    assert (fields["outcome"], fields["entry"]) == ("unavailable", "generic")
    assert str(fields["why"]).startswith("hand_over_failed")


def test_the_envelope_has_every_field_that_a_new_alert_can_have(webhook: Webhook) -> None:
    webhook.post(make_request("/generic", BODY))
    [payload] = webhook.queue.payloads
    # The worker's own, when it puts the rest of an alert back into the queue.
    later = {"parent_ts", "tries", "not_before"}
    # Of a group of which some end without a call.
    later.add("further_threads")
    assert set(json.loads(payload)) == {field.alias for field in AlertEnvelope.model_fields.values()} - later


def test_the_time_it_came_is_handed_over(webhook: Webhook) -> None:
    webhook.http(make_request("/generic", BODY), now=SAMPLE_TIME + 5)
    [envelope] = webhook.queue.envelopes
    assert envelope.received_at == SAMPLE_TIME + 5
