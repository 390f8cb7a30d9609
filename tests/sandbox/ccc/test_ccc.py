"""The contact center's stand-in, judged by the vendor's own SDK."""

import asyncio
import json
import logging
from typing import Literal

import httpx
import pytest
from alibabacloud_ccc20200701 import models
from alibabacloud_tea_openapi.exceptions import ClientException, ServerException, ThrottlingException
from darabonba.exceptions import UnretryableException

from callevents_sandbox import ccc
from callevents_sandbox.alibabacloud.acs3_verifier import AccessKey
from callevents_sandbox.fixtures.samples import sample, samples
from callevents_sandbox.server.faults import Fault
from callevents_sandbox.server.serving import serve
from tests.sandbox.ccc.sdk import client

INBOUND = sample("inbound-ivr")


def asking(*keys: str, instance: str = "ccc-test") -> models.ListNotificationRecordsRequest:
    return models.ListNotificationRecordsRequest(instance_id=instance, notification_keys=json.dumps(keys))


@pytest.mark.parametrize("key", [ccc.KEY, ccc.TEMPORARY_KEY])
def test_the_official_sdk_gets_its_records(url: str, key: AccessKey) -> None:
    body = client(url, key).list_notification_records(asking(INBOUND.job_id, "job-none")).body
    assert body.code == "OK"
    assert [record.content for record in body.data] == [record.content for record in INBOUND.records]
    assert {record.notification_key for record in body.data} == {INBOUND.job_id}


@pytest.mark.parametrize("key", [ccc.KEY, ccc.TEMPORARY_KEY])
def test_the_official_async_sdk_gets_its_records(url: str, key: AccessKey) -> None:
    async def ask() -> int:
        answer = await client(url, key).list_notification_records_async(
            asking(INBOUND.job_id, "* ~!'()+/&%呼叫")
        )
        return len(answer.body.data)

    assert asyncio.run(ask()) == len(INBOUND.records)


def test_every_sample_is_served_under_its_own_id(url: str) -> None:
    for each in samples():
        assert each.description
        body = client(url).list_notification_records(asking(each.job_id)).body
        assert [record.notification_type for record in body.data] == [
            r.notification_type for r in each.records
        ]
    assert len({each.job_id for each in samples()}) == len(samples()) == 41


@pytest.mark.parametrize(
    ("key", "status", "code"),
    [
        (AccessKey(ccc.KEY.id, "wrong"), 400, "SignatureDoesNotMatch"),
        (AccessKey("LTAInobody", "x"), 404, "InvalidAccessKeyId.NotFound"),
        (AccessKey(ccc.TEMPORARY_KEY.id, ccc.TEMPORARY_KEY.secret), 400, "MissingSecurityToken"),
        (
            AccessKey(ccc.TEMPORARY_KEY.id, ccc.TEMPORARY_KEY.secret, "other"),
            400,
            "InvalidSecurityToken.MismatchWithAccessKey",
        ),
    ],
)
def test_the_official_sdk_is_refused(url: str, key: AccessKey, status: int, code: str) -> None:
    with pytest.raises(ClientException) as caught:
        client(url, key).list_notification_records(asking(INBOUND.job_id))
    assert (caught.value.status_code, caught.value.code) == (status, code)
    assert caught.value.request_id


def test_keys_that_are_disabled_or_expired_are_refused(center: ccc.ContactCenter, url: str) -> None:
    center.gate.keys |= {
        "LTAIoff": AccessKey("LTAIoff", "s", active=False),
        "STS.old": AccessKey("STS.old", "s", "t", expired=True),
    }
    for key, code in (
        ("LTAIoff", "InvalidAccessKeyId.Inactive"),
        ("STS.old", "InvalidSecurityToken.Expired"),
    ):
        with pytest.raises(ClientException) as caught:
            client(url, center.gate.keys[key]).list_notification_records(asking(INBOUND.job_id))
        assert caught.value.code == code


def test_a_clock_that_is_off_is_refused() -> None:
    center = ccc.ContactCenter(clock=lambda: 1e9)
    with serve(ccc.application(center)) as url, pytest.raises(ClientException) as caught:
        client(url).list_notification_records(asking(INBOUND.job_id))
    assert caught.value.code == "InvalidTimeStamp.Expired"


def test_a_repeated_nonce_is_refused(center: ccc.ContactCenter, url: str) -> None:
    client(url).list_notification_records(asking(INBOUND.job_id))
    first = center.asked[-1]
    headers = [(name, value) for name, value in first.headers if name != "content-length"]
    again = httpx.post(f"{url}/?{first.query}", headers=headers)
    assert again.status_code == 400
    assert again.json()["Code"] == "SignatureNonceUsed"
    assert again.json().keys() == {"RequestId", "HostId", "Code", "Message", "Recommend"}


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"x-acs-date": "2026-03-04 10:00:00"}, "InvalidTimeStamp.Format"),
        ({"x-acs-date": "2026-13-04T10:00:00Z"}, "InvalidTimeStamp.Format"),
        ({"x-acs-action": "ListUsers"}, "InvalidAction.NotFound"),
        ({"x-acs-version": "2017-07-05"}, "InvalidVersion"),
        ({"authorization": "FC x:y"}, "IncompleteSignature"),
        ({"authorization": ""}, "MissingAccessKeyId"),
        ({"x-acs-new": "unsigned"}, "IncompleteSignature"),
        ({"x-acs-content-sha256": "0" * 64}, "SignatureDoesNotMatch"),
        ({"x-acs-signature-nonce": "another"}, "SignatureDoesNotMatch"),
    ],
)
def test_a_request_that_was_changed_is_refused(
    center: ccc.ContactCenter, url: str, change: dict[str, str], code: str
) -> None:
    client(url).list_notification_records(asking(INBOUND.job_id))
    sent = center.asked[-1]
    headers = {name: value for name, value in sent.headers if name != "content-length"} | change
    assert httpx.post(f"{url}/?{sent.query}", headers=headers).json()["Code"] == code


def test_the_refusal_of_a_signature_echoes_the_token(url: str) -> None:
    key = AccessKey(ccc.TEMPORARY_KEY.id, "wrong", ccc.TEMPORARY_KEY.token)
    with pytest.raises(ClientException) as caught:
        client(url, key).list_notification_records(asking(INBOUND.job_id))
    assert f"x-acs-security-token:{ccc.TEMPORARY_KEY.token}" in caught.value.message
    assert "server CanonicalRequest is [POST\n/\nInstanceId=ccc-test&" in caught.value.message


@pytest.mark.parametrize(
    ("request_", "status", "code"),
    [
        (models.ListNotificationRecordsRequest(notification_keys="[]"), 400, "MissingInstanceId"),
        (models.ListNotificationRecordsRequest(instance_id="ccc-test"), 400, "MissingNotificationKeys"),
        (
            models.ListNotificationRecordsRequest(instance_id="ccc-test", notification_keys=["job-1"]),
            400,
            "MissingNotificationKeys",
        ),
        (asking(instance="ccc-test"), 400, "Parameter.Minimum"),
        (
            models.ListNotificationRecordsRequest(instance_id="ccc-test", notification_keys="job-1"),
            400,
            "Parameter.Format",
        ),
        (
            models.ListNotificationRecordsRequest(instance_id="ccc-test", notification_keys="[1]"),
            400,
            "Parameter.Format",
        ),
        (asking(*(f"job-{number}" for number in range(101))), 400, "Parameter.Maximum"),
        (asking("job-1", instance="ccc-x"), 404, "NotExists.InstanceId"),
    ],
)
def test_parameters_are_checked(
    url: str, request_: models.ListNotificationRecordsRequest, status: int, code: str
) -> None:
    with pytest.raises(ClientException) as caught:
        client(url).list_notification_records(request_)
    assert (caught.value.status_code, caught.value.code) == (status, code)


def test_the_limit_is_named_in_params(center: ccc.ContactCenter, url: str) -> None:
    center.key_limit = 2
    with pytest.raises(ClientException) as caught:
        client(url).list_notification_records(asking("job-1", "job-2", "job-3"))
    assert caught.value.data["Params"] == ["NotificationKeys", "2"]
    assert caught.value.data["Message"] == "The parameter NotificationKeys must be less than or equal to 2."


def test_missing_parameters_may_be_the_contact_centers_to_complain_about(
    center: ccc.ContactCenter, url: str
) -> None:
    center.missing_as_null = True
    with pytest.raises(ClientException) as caught:
        client(url).list_notification_records(models.ListNotificationRecordsRequest(instance_id="ccc-test"))
    assert caught.value.code == "Parameter.Null"


@pytest.mark.parametrize(("layer", "code"), [("gateway", "NoPermission"), ("ccc", "Permission.Instance")])
def test_permission_can_be_missing_in_both_layers(
    center: ccc.ContactCenter, url: str, layer: Literal["gateway", "ccc"], code: str
) -> None:
    center.permission = layer
    with pytest.raises(ClientException) as caught:
        client(url).list_notification_records(asking(INBOUND.job_id))
    assert (caught.value.status_code, caught.value.code) == (403, code)


def test_too_many_requests_are_throttled(center: ccc.ContactCenter, url: str) -> None:
    center.throttle = ccc.Bucket(rate=0, burst=1)
    client(url).list_notification_records(asking(INBOUND.job_id))
    with pytest.raises(ClientException) as caught:
        client(url).list_notification_records(asking(INBOUND.job_id))
    assert caught.value.code == "Throttling.User"
    center.retry_after_ms = 250
    with pytest.raises(ThrottlingException) as throttled:
        client(url).list_notification_records(asking(INBOUND.job_id))
    assert throttled.value.retry_after == 250


def test_a_notification_that_is_sent_is_listed(url: str) -> None:
    content = json.dumps({"eventType": "Released", "eventTime": "2026-03-04T10:00:00Z"})
    sent = models.SendNotificationRequest(
        instance_id="ccc-test",
        notification_target="CUSTOM",
        notification_type="Released",
        sharding_key="job-injected",
        message_body=content,
    )
    assert client(url).send_notification(sent).body.code == "OK"
    assert client(url).list_notification_records(asking("job-injected")).body.data[0].content == content
    with pytest.raises(ClientException) as caught:
        client(url).send_notification(models.SendNotificationRequest(instance_id="ccc-test"))
    assert caught.value.code == "MissingNotificationTarget"


@pytest.mark.parametrize(
    ("fault", "error"),
    [
        (Fault("reset"), UnretryableException),
        (Fault("bad_gateway"), UnretryableException),
        (Fault("not_json"), UnretryableException),
        (Fault("empty"), UnretryableException),
        (Fault("truncated"), UnretryableException),
        (Fault("cut_off"), UnretryableException),
        (Fault("unavailable"), ServerException),
        (Fault("internal_error"), ServerException),
        (Fault("throttled"), ClientException),
        (Fault("throttled", retry_after=1.5), ThrottlingException),
        (Fault("token_expired"), ClientException),
    ],
)
def test_the_official_sdk_meets_faults(
    center: ccc.ContactCenter, url: str, fault: Fault, error: type[Exception]
) -> None:
    center.faults.add(fault)
    with pytest.raises(error):
        client(url).list_notification_records(asking(INBOUND.job_id))
    assert len(client(url).list_notification_records(asking(INBOUND.job_id)).body.data) == len(
        INBOUND.records
    )


def ask(center: ccc.ContactCenter, url: str, fault: Fault) -> models.ListNotificationRecordsResponseBody:
    center.faults.add(fault)
    return client(url).list_notification_records(asking(INBOUND.job_id)).body


def test_answers_can_be_bent(center: ccc.ContactCenter, url: str) -> None:
    count = len(INBOUND.records)
    assert ask(center, url, Fault("not_ok", code="Parameter.Odd")).code == "Parameter.Odd"
    assert len(ask(center, url, Fault("text_stream")).data) == count + 1000
    assert len(ask(center, url, Fault("duplicates")).data) == 2 * count
    assert max(len(each.content) for each in ask(center, url, Fault("very_long")).data) > 1_000_000
    assert ask(center, url, Fault("message_none")).params == ["无"]
    assert ask(center, url, Fault("absent_params")).params is None
    assert ask(center, url, Fault("null_params")).params is None
    assert ask(center, url, Fault("null_data")).data == []
    assert ask(center, url, Fault("absent_data")).data == []
    assert len(ask(center, url, Fault("drip", seconds=0.05, count=5)).data) == count
    assert len(ask(center, url, Fault("delay", seconds=0.01)).data) == count
    assert ask(center, url, Fault("other_key")).data[0].notification_key != INBOUND.job_id
    contents = [record.content for record in INBOUND.records]
    assert [each.content for each in ask(center, url, Fault("reversed")).data] == contents[::-1]
    shuffled = [each.content for each in ask(center, url, Fault("shuffled")).data]
    assert shuffled != contents
    assert sorted(shuffled) == sorted(contents)
    assert [each.content for each in ask(center, url, Fault("by_time")).data] == contents
    for fault in ("pretty", "compact"):
        bent = [each.content for each in ask(center, url, Fault(fault)).data]
        assert bent != contents
        assert list(map(json.loads, bent)) == list(map(json.loads, contents))
    assert all(
        "eventTime" not in json.loads(each.content) for each in ask(center, url, Fault("no_event_time")).data
    )
    assert all(
        each.notification_type.startswith("New") for each in ask(center, url, Fault("unknown_type")).data
    )
    for fault in ("content_not_json", "content_deep"):
        with pytest.raises((ValueError, RecursionError)):
            json.loads(ask(center, url, Fault(fault)).data[0].content)


def resend(center: ccc.ContactCenter, url: str, fault: Fault, timeout: float = 5) -> httpx.Response:
    """Ask by httpx, which shows more of the answer than the SDK does."""
    client(url).list_notification_records(asking(INBOUND.job_id))
    sent = center.asked[-1]
    center.gate._nonces.clear()
    center.faults.add(fault)
    return httpx.post(f"{url}/?{sent.query}", headers=list(sent.headers), timeout=timeout)


def test_answers_can_be_compressed_or_of_the_wrong_types(center: ccc.ContactCenter, url: str) -> None:
    zipped = resend(center, url, Fault("gzip"))
    assert zipped.headers["content-encoding"] == "gzip"
    assert len(zipped.json()["Data"]) == len(INBOUND.records)
    assert resend(center, url, Fault("wrong_types")).json()["Data"][:3] == [1, None, "x"]
    assert resend(center, url, Fault("not_object")).json() == ["OK"]


@pytest.mark.parametrize("fault", [Fault("hang"), Fault("delay", seconds=5)])
def test_a_client_that_gives_up_leaves_nothing_behind(
    center: ccc.ContactCenter, url: str, fault: Fault, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.WARNING), pytest.raises(httpx.ReadTimeout):
        resend(center, url, fault, timeout=0.1)
    assert not [record for record in caplog.records if record.levelno >= logging.WARNING]


def test_a_body_that_never_ends_ends_with_the_client(
    center: ccc.ContactCenter, url: str, caplog: pytest.LogCaptureFixture
) -> None:
    client(url).list_notification_records(asking(INBOUND.job_id))
    sent = center.asked[-1]
    center.gate._nonces.clear()
    center.faults.add(Fault("endless"))
    with (
        caplog.at_level(logging.WARNING),
        httpx.stream("POST", f"{url}/?{sent.query}", headers=list(sent.headers)) as answer,
    ):
        pieces = answer.iter_raw()
        assert next(pieces) + next(pieces)
    assert not [record for record in caplog.records if record.levelno >= logging.WARNING]


def test_faults_go_to_the_requests_they_are_meant_for(center: ccc.ContactCenter, url: str) -> None:
    center.faults.add(Fault("unavailable", match=INBOUND.job_id, after=1))
    other = sample("voicemail").job_id
    for _ in range(2):
        client(url).list_notification_records(asking(other))
    client(url).list_notification_records(asking(INBOUND.job_id))
    with pytest.raises(ServerException):
        client(url).list_notification_records(asking(INBOUND.job_id))
    client(url).list_notification_records(asking(INBOUND.job_id))


def test_faults_are_switched_over_http(center: ccc.ContactCenter, url: str) -> None:
    switch = f"{url}/_sandbox/faults"
    assert (
        httpx.post(switch, json={"kind": "unavailable", "times": None}).json()["queued"][0]["times"] is None
    )
    for _ in range(2):
        with pytest.raises(ServerException):
            client(url).list_notification_records(asking(INBOUND.job_id))
    assert httpx.get(switch).json()["kinds"].keys() == center.faults.kinds.keys()
    assert httpx.delete(switch).json()["queued"] == []
    for wrong in (
        b"",
        b"[]",
        b'{"kind": "x"}',
        b'{"kind": 1}',
        b'{"kind": "delay", "seconds": "1"}',
        b'{"a": 1}',
    ):
        answer = httpx.post(switch, content=wrong)
        assert answer.status_code == 400
        assert answer.json()["error"]
