"""Tests for callevents.slack.listeners.views and .metadata, in a whole workspace: asking with a form."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from callevents.settings.model import Settings
from callevents.slack.listeners.views import instance_names
from callevents.slack.requests.private_metadata import Origin, decode
from callevents_sandbox.fixtures.samples import samples
from callevents_sandbox.server.faults import Fault
from tests.examples import examples
from tests.support.audit import audit_lines

JOBS = [each.job_id for each in samples()[:12]]


def opened(workspace_env: Any, **asked: Any) -> Any:
    """Type the command with nothing, and return the form."""
    shown = workspace_env.sender.command("", **asked)
    assert (shown.status, shown.error, shown.body) == (200, None, b"")
    return workspace_env.windows()[-1]


def typed(text: str, **more: str) -> dict[str, Any]:
    chosen = {
        name: {name: {"type": "static_select", "selected_option": {"value": value}}}
        for name, value in more.items()
    }
    return {"jobs": {"jobs": {"type": "plain_text_input", "value": text}}, **chosen}


def submit(workspace_env: Any, view: Any, values: Any) -> dict[str, Any]:
    shown = workspace_env.sender.submit(view, values)
    assert (shown.status, shown.error) == (200, None)
    answer: dict[str, Any] = json.loads(shown.body) if shown.body else {}
    return answer


def test_the_answer_comes_where_the_form_was_opened_and_the_form_closes(workspace_env: Any, job: str) -> None:
    assert submit(workspace_env, opened(workspace_env), typed(f"see <https://x/{job}|it>")) == {}

    (answer,) = workspace_env.answers("U0MEI", "C0SUPPORT")
    assert (answer.ephemeral_to, answer.way) == ("U0MEI", "response_url")
    assert job in answer.text
    assert workspace_env.windows() == []
    workspace_env.press(answer, "refresh")
    assert answer.versions == 2


def test_the_form_remembers_what_the_person_asked_last(workspace_env: Any, job: str) -> None:
    workspace_env.answer(job)
    workspace_env.answer(JOBS[3], user="U0ZHANG")

    assert opened(workspace_env).view["blocks"][0]["element"]["initial_value"] == job
    assert "initial_value" not in opened(workspace_env, user="U0SUPERVISOR").view["blocks"][0]["element"]


def test_an_instance_is_chosen(workspace_env: Any, job: str) -> None:
    workspace_env.build(ccc_instance_id="ccc-other", ccc_instances={"Main": "ccc-other", "Test": "ccc-test"})
    view = opened(workspace_env)
    assert [each["value"] for each in view.view["blocks"][1]["element"]["options"]] == ["Main", "Test"]

    submit(workspace_env, view, typed(job, instance="Test"))

    assert workspace_env.slack_env.center.asked[-1].instance_id == "ccc-test"


@pytest.mark.parametrize(
    ("values", "block", "words"),
    [
        (typed(""), "jobs", "no job id"),
        (typed("nothing <!channel>"), "jobs", "no job id"),
        (typed(" ".join(JOBS[:11])), "jobs", "11"),
        (typed(JOBS[0][:20]), "jobs", "cut off"),
        (typed(JOBS[0], instance="elsewhere"), "instance", "no instance"),
        ({}, "jobs", "no job id"),
        ({"jobs": {"jobs": {"value": ["x"]}}}, "jobs", "no job id"),
        ({"jobs": 7, "channel": {"channel": {"selected_conversation": {}}}}, "jobs", "no job id"),
    ],
)
def test_what_is_wrong_is_said_in_the_form(workspace_env: Any, values: Any, block: str, words: str) -> None:
    answer = submit(workspace_env, opened(workspace_env), values)

    assert answer["response_action"] == "errors"
    assert list(answer["errors"]) == [block]
    assert words in answer["errors"][block]
    assert workspace_env.slack_env.center.asked == []


def test_who_may_not_ask_gets_no_form(workspace_env: Any) -> None:
    workspace_env.build(users=frozenset({"U0SUPERVISOR"}))

    assert "not allowed to" in workspace_env.answer("").text
    assert workspace_env.windows() == []


def test_who_may_no_longer_ask_is_told_in_the_form(
    workspace_env: Any, job: str, caplog: pytest.LogCaptureFixture
) -> None:
    view = opened(workspace_env)
    workspace_env.build(users=frozenset({"U0SUPERVISOR"}))
    answer = submit(workspace_env, view, typed(job))

    assert answer["response_action"] == "update"
    assert "not allowed to" in json.dumps(answer["view"])
    assert workspace_env.slack_env.center.asked == []
    (line,) = audit_lines(caplog)
    assert (line["entry"], line["outcome"], line["jobs"]) == ("form", "refused: person", job)


def test_without_a_bot_token_there_is_help(workspace_env: Any) -> None:
    workspace_env.build(slack_bot_token="")

    assert "what happened on a call" in workspace_env.answer("").text


@pytest.mark.parametrize("kind", ["server_error", "error", "not_json", "reset"])
def test_where_slack_opens_no_form_there_is_help(workspace_env: Any, kind: str) -> None:
    workspace_env.workspace.faults.add(Fault(kind, match="views.open", times=None))

    assert "what happened on a call" in workspace_env.answer("").text


@pytest.mark.parametrize(
    "metadata",
    [
        "",
        "{bad",
        "[]",
        "[" * 3000,
        '{"url": 7, "channel": []}',
        json.dumps({"url": "https://evil.example/commands/x", "channel": "<!channel>"}),
        json.dumps({"url": "http://127.0.0.1@evil.example/", "channel": "C0SUPPORT\n"}),
        "x" * 4000,
    ],
)
def test_an_origin_that_is_none_is_not_believed_and_the_answer_stands_in_the_form(
    workspace_env: Any, job: str, metadata: str
) -> None:
    view = opened(workspace_env)
    view.view["private_metadata"] = metadata
    answer = submit(workspace_env, view, typed(f"{job} {JOBS[1]}"))

    assert answer["response_action"] == "update"
    assert job in json.dumps(answer["view"])
    assert JOBS[1] in json.dumps(answer["view"])
    assert workspace_env.answers() == []


def test_a_response_url_that_is_spent_is_replaced_by_the_bot_token(workspace_env: Any, job: str) -> None:
    view = opened(workspace_env)
    workspace_env.workspace.faults.add(Fault("used_url", match="response_url", times=None))
    submit(workspace_env, view, typed(job))

    (answer,) = workspace_env.answers()
    assert (answer.way, answer.ephemeral_to) == ("chat.postEphemeral", "U0MEI")


def test_what_takes_too_long_follows_from_the_worker(workspace_env: Any, job: str) -> None:
    workspace_env.build(worker="callevents-worker")
    view = opened(workspace_env)
    workspace_env.slack_env.fail("unavailable")
    shown = workspace_env.sender.submit(view, typed(job), age=1.5)
    assert "Still looking" in shown.body.decode()
    workspace_env.slack_env.center.faults.clear()
    workspace_env.settle()

    (answer,) = workspace_env.answers()
    assert job in answer.text


def test_a_failure_stands_in_the_form(workspace_env: Any, job: str) -> None:
    view = opened(workspace_env)
    workspace_env.slack_env.fail("not_json")

    assert "cannot be read" in json.dumps(submit(workspace_env, view, typed(job)))


@pytest.mark.parametrize(
    ("default", "aliases", "names"),
    [
        ("", {}, []),
        ("a", {}, ["a"]),
        ("a", {"one": "b"}, ["a", "one"]),
        ("a", {"one": "b", "two": "a"}, ["two", "one"]),
    ],
)
def test_the_default_instance_is_the_first_choice(default: str, aliases: Any, names: list[str]) -> None:
    assert instance_names(Settings(ccc_instance_id=default, ccc_instances=aliases)) == names


def test_an_origin_comes_back_as_it_went() -> None:
    origin = Origin("https://hooks.slack.com/commands/1/2/3", "C1")

    assert decode(origin.encode()) == origin
    assert Origin().encode() == ""
    assert "hooks" not in repr(origin)
    assert Origin("x" * 3000).encode() == ""


@examples(100)
@given(st.text(max_size=200) | st.recursive(st.none() | st.text(), st.lists).map(json.dumps))
def test_no_metadata_raises(metadata: str) -> None:
    assert isinstance(decode(metadata), Origin)


def test_a_form_that_nobody_knows_says_so_in_its_window(workspace_env: Any, job: str) -> None:
    view = opened(workspace_env)
    view.view["callback_id"] = "form_of_tomorrow"
    answer = submit(workspace_env, view, typed(job))

    assert answer["response_action"] == "update"
    assert "does not know" in json.dumps(answer["view"])
