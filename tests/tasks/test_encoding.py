"""Tests for callevents.tasks.encoding: the worker opens what is encoded, and the names on the wire are the old ones."""

import json
import subprocess
import sys

import pytest

from callevents.errors import NoEnvelope
from callevents.tasks.encoding import (
    AlertFields,
    CommandFields,
    FindFields,
    RequesterFields,
    encode_alert,
    encode_command,
    encode_find,
)
from callevents.tasks.envelope import AlertEnvelope, CommandEnvelope, FindEnvelope, Requester, open_envelope

JOB = "job-468a63a2-1111-4222-8333-b1ecf726d4be"
REQUESTER = RequesterFields("U1", "T1", "E1", "C1", "zh-CN", "Asia/Tokyo")
COMMAND = CommandFields(
    jobs=(JOB,),
    instance="ccc-test",
    requester=REQUESTER,
    asked_at=1795334591.0,
    queued_at=1795334593.0,
    task="t_" + "0f" * 32,
    response_url="https://hooks.slack.com/commands/1",
    operation="refresh",
    alert_blocks="[{}]",
    page=7,
)
ALERT = AlertFields(
    sender="grafana",
    title="Call dropped",
    severity=None,
    state="firing",
    channel="C1",
    instance="ccc-test",
    jobs=(JOB,),
    resolved_jobs=(),
    left_out=(JOB,),
    left_out_count=1,
    thread_key="k",
    delivery="t_" + "0f" * 32,
    ends_once=True,
    follows=False,
    action="reopened",
    received_at=1795334591.0,
    started_at=None,
)


def test_a_command_is_opened_field_by_field() -> None:
    envelope = open_envelope(encode_command(COMMAND))

    assert isinstance(envelope, CommandEnvelope)
    assert {name: getattr(envelope, name) for name in COMMAND._fields if name != "requester"} == {
        name: value for name, value in COMMAND._asdict().items() if name != "requester"
    }
    assert envelope.requester == Requester(**REQUESTER._asdict())


def test_an_alert_is_opened_field_by_field() -> None:
    envelope = open_envelope(encode_alert(ALERT))

    assert isinstance(envelope, AlertEnvelope)
    assert {name: getattr(envelope, name) for name in ALERT._fields} == ALERT._asdict()


def test_the_members_have_the_names_that_older_workers_know() -> None:
    command, alert = json.loads(encode_command(COMMAND)), json.loads(encode_alert(ALERT))

    assert list(command) == [
        "version", "kind", "jobs", "instance", "asker", "asked_at", "queued_at", "task", "response_url", "channel",
        "thread", "deed", "replace", "offers_reveal", "public", "shared_by", "kept", "page", "view",
    ]  # fmt: skip
    assert list(command["asker"]) == ["user", "team", "enterprise", "channel", "language", "timezone"]
    assert list(alert) == [
        "version", "kind", "sender", "title", "severity", "state", "channel", "instance", "jobs", "resolved_jobs",
        "left_out", "left_out_count", "thread_key", "delivery", "ends_once", "follows", "action", "received_at",
        "started_at",
    ]  # fmt: skip


def test_what_an_older_worker_does_not_know_is_sent_only_where_it_is_needed() -> None:
    further = ALERT._replace(further_threads=("a", "b"))
    envelope = open_envelope(encode_alert(further))

    assert isinstance(envelope, AlertEnvelope)
    assert envelope.further_threads == ("a", "b")
    assert open_envelope(envelope.model_dump_json().encode()) == envelope
    assert "further_threads" not in json.loads(encode_alert(ALERT))
    assert "further_threads" not in json.loads(open_envelope(encode_alert(ALERT)).model_dump_json())


def test_the_words_of_a_mention_stand_in_for_its_calls() -> None:
    mention = COMMAND._replace(jobs=(), mention="what happened?", channel="C1", thread="1795334591.000200")
    envelope = open_envelope(encode_command(mention))

    assert isinstance(envelope, CommandEnvelope)
    assert (envelope.jobs, envelope.mention) == ((), "what happened?")
    assert "mention" not in json.loads(encode_command(COMMAND))
    for lacking in (
        mention._replace(mention=None),
        mention._replace(thread=None),
        mention._replace(channel=None),
    ):
        with pytest.raises(NoEnvelope):
            open_envelope(encode_command(lacking))


def test_what_may_be_posted_is_said_so() -> None:
    envelope = open_envelope(encode_command(COMMAND._replace(maybe_posted=True)))

    assert isinstance(envelope, CommandEnvelope)
    assert envelope.maybe_posted
    assert open_envelope(envelope.model_dump_json().encode()) == envelope
    assert "maybe_posted" not in json.loads(encode_command(COMMAND))


def test_encoding_loads_no_pydantic() -> None:
    program = (
        "import sys, callevents.tasks.encoding, callevents.tasks.queue; assert 'pydantic' not in sys.modules"
    )

    subprocess.run([sys.executable, "-c", program], check=True)


def test_a_search_is_opened_as_it_was_encoded_and_what_is_sought_is_in_no_repr() -> None:
    fields = FindFields(
        instance="ccc-test",
        requester=REQUESTER,
        asked_at=1795334591.0,
        queued_at=1795334593.0,
        task="t_" + "0f" * 32,
        query_kind="number",
        query_value="13800000201",
        since=1_772_553_600_000_000_000,
        until=1_772_639_999_999_000_000,
        page=2,
        other_form=True,
        total=29,
        sealed="A" * 40,
        sought="number abcdefgh",
        channel="C1",
        unchecked=True,
    )
    envelope = open_envelope(encode_find(fields))

    assert isinstance(envelope, FindEnvelope)
    assert envelope == FindEnvelope(**fields._asdict() | {"requester": Requester(**REQUESTER._asdict())})
    assert json.loads(encode_find(fields))["kind"] == "find"
    assert "13800000201" not in repr(fields) + repr(envelope)
