"""The tool look_up_call: who may ask, what they get, and what stands in the log."""

import json
import logging
from concurrent.futures import ThreadPoolExecutor
from dataclasses import astuple, replace
from typing import Any

import jsonschema
import mcp_types
import pytest

from callevents.calls.json_document import to_document
from callevents.calls.masking import masked
from callevents.calls.model import NotificationRecord
from callevents.calls.summary import summarise
from callevents.slack.mcp.tools.catalogue import tools
from callevents.slack.mcp.tools.untrusted import NOTICE
from callevents_sandbox.fixtures.samples import sample, samples
from tests.slack.mcp.conftest import call, result, tool
from tests.support.audit import audit_lines

OTHER = "job-468a63a2-1111-4222-8333-b1ecf726d4be"


def text(found: Any) -> str:
    given = result(found)
    assert given["isError"] is True
    assert "structuredContent" not in given
    (content,) = given["content"]
    assert isinstance(content["text"], str)
    return content["text"]


def asking(job: str, user: str = "U0MEI", team: str = "T0SANDBOX") -> dict[str, Any]:
    identity = {"slack": {"user_id": user, "team_id": team}}
    return call("tools/call", {"name": "look_up_call", "arguments": {"ids": [job]}, "_meta": identity})


def test_the_answer_is_a_short_text_and_the_masked_document(
    post: Any, workspace_env: Any, caplog: Any
) -> None:
    call_ = sample("agent-outbound")

    with caplog.at_level(logging.INFO):
        found = post(tool("look_up_call", ids=[call_.job_id]))

    given = result(found)
    (document,) = given["structuredContent"]["calls"]
    assert document["job_id"] == call_.job_id
    assert "138******01" in json.dumps(document)
    assert "13800000101" not in found.response.body
    short, data = (content["text"] for content in given["content"])
    assert call_.job_id in short
    assert "agent 1" in short
    assert not any(name.partition("@")[0] in short for name in document["agents"])
    assert data.startswith(NOTICE)
    assert [asked.keys for asked in workspace_env.slack_env.center.asked] == [(call_.job_id,)]
    (line,) = audit_lines(caplog)
    assert (line["entry"], line["outcome"], line["user"], line["team"]) == (
        "mcp",
        "answered",
        "U0MEI",
        "T0SANDBOX",
    )
    assert found.fields["entry"] == "mcp"
    assert found.fields["outcome"] == "answered"
    assert found.fields["jobs"] == 1


def test_the_document_is_the_one_of_the_command_line(post: Any, workspace_env: Any) -> None:
    for each in samples():
        (document,) = result(post(tool("look_up_call", ids=[each.job_id])))["structuredContent"]["calls"]
        records = [NotificationRecord(*astuple(record)) for record in each.records]
        printed = json.loads(json.dumps(to_document(masked(summarise(each.job_id, "ccc-test", records)))))
        assert document == printed


def test_what_is_returned_fits_its_schema(post: Any) -> None:
    schemas = {each["name"]: each for each in post(call("tools/list")).json["result"]["tools"]}
    schema = schemas["look_up_call"]["outputSchema"]
    jsonschema.Draft202012Validator.check_schema(schema)
    jobs = [each.job_id for each in samples()[:10]]

    given = result(post(tool("look_up_call", ids=[*jobs[:9], OTHER])))["structuredContent"]

    jsonschema.validate(given, schema)
    assert [each["job_id"] for each in given["calls"]] == [*jobs[:9], OTHER]
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate({**given, "calls": [{**given["calls"][0], "talk_seconds": "long"}]}, schema)


def test_the_tools_only_read(post: Any) -> None:
    for each in post(call("tools/list")).json["result"]["tools"]:
        mcp_types.Tool.model_validate(each)
        assert each["annotations"]["readOnlyHint"] is True
        jsonschema.Draft202012Validator.check_schema(each["inputSchema"])


def test_the_arguments_that_are_described_are_those_that_are_taken(post: Any) -> None:
    (described,) = [
        each["inputSchema"]
        for each in post(call("tools/list")).json["result"]["tools"]
        if each["name"] == "look_up_call"
    ]
    jsonschema.validate({"ids": [OTHER], "instance": "ccc-test"}, described)

    assert result(post(tool("look_up_call", ids=[OTHER], instance="ccc-test")))["isError"] is False


@pytest.mark.parametrize(
    ("who", "when"),
    [
        ("U0MEI", "Inbound · 4 March 2026, 18:00:08 to 18:02:42 UTC+08:00"),
        ("U0ZHANG", "呼入 · 2026 年 3 月 4 日 18:00:08 至 18:02:42 UTC+08:00"),
    ],
)
def test_the_text_says_when_it_was_on_the_sites_clocks(post: Any, who: str, when: str) -> None:
    given = result(post(asking(sample("blind-transfer").job_id, who)))

    assert when in given["content"][0]["text"].splitlines()


def test_no_records_is_not_no_call(post: Any) -> None:
    given = result(post(tool("look_up_call", ids=[OTHER])))

    assert given["structuredContent"]["calls"][0]["outcome"] == "no_records"
    assert "No records found" in given["content"][0]["text"]


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ({}, "must be a list"),
        ({"ids": []}, "must be a list"),
        ({"ids": 7}, "must be a list"),
        ({"ids": {"a": 1}}, "must be a list"),
        ({"ids": [7]}, "no whole job id"),
        ({"ids": [None]}, "no whole job id"),
        ({"ids": ["help"]}, "no whole job id"),
        ({"ids": [OTHER[:20]]}, "no whole job id"),
        ({"ids": [f"{OTHER} {OTHER[:-1]}0"]}, "no whole job id"),
        ({"ids": [OTHER + " " * 200]}, "no whole job id"),
        ({"ids": [OTHER] * 11}, "most at once"),
        ({"ids": [OTHER], "full_numbers": True}, "not known"),
        ({"ids": [OTHER], "instance": 7}, "must be a name"),
        ({"ids": [OTHER], "instance": "x" * 201}, "must be a name"),
        ({"ids": [OTHER], "instance": "ccc-other"}, "no instance"),
    ],
)
def test_what_cannot_be_used_is_said_and_nothing_is_asked(
    post: Any, workspace_env: Any, arguments: Any, words: str
) -> None:
    found = post(tool("look_up_call", **arguments))

    answer = text(found)
    assert words in answer
    assert workspace_env.slack_env.center.asked == []
    assert (found.fields["outcome"], found.fields["why"]) == ("refused", "arguments")


@pytest.mark.parametrize("left_out", [None, "", " "])
def test_an_instance_may_be_left_out_in_any_way(post: Any, left_out: Any) -> None:
    assert result(post(tool("look_up_call", ids=[OTHER], instance=left_out)))["isError"] is False


def test_without_arguments_the_tool_says_what_it_needs(post: Any) -> None:
    assert "must be a list" in text(post(call("tools/call", {"name": "look_up_call", "arguments": None})))


def test_a_single_id_needs_no_list(post: Any) -> None:
    given = result(post(tool("look_up_call", ids=OTHER)))

    assert given["structuredContent"]["calls"][0]["job_id"] == OTHER


@pytest.mark.parametrize(
    "meta",
    [
        None,
        {},
        {"slack": None},
        {"slack": {}},
        {"slack": {"user_id": "U0MEI"}},
        {"slack": {"team_id": "T0SANDBOX"}},
        {"slack": {"user_id": "", "team_id": "T0SANDBOX"}},
        {"slack": {"user_id": ["U0MEI"], "team_id": "T0SANDBOX"}},
        {"slack": {"user_id": "U0MEI\nadmin", "team_id": "T0SANDBOX"}},
        {"slack": {"user_id": "B0MEI", "team_id": "T0SANDBOX"}},
        {"slack": {"user_id": "U0MEI", "team_id": "U0MEI"}},
        {"slack": [{"user_id": "U0MEI", "team_id": "T0SANDBOX"}]},
    ],
)
def test_no_identity_no_answer(post: Any, workspace_env: Any, job: str, meta: Any) -> None:
    message = {"name": "look_up_call", "arguments": {"ids": [job]}, "_meta": meta}

    found = post(call("tools/call", message))

    assert found.error["code"] == -32602
    assert (found.fields["outcome"], found.fields["reason"]) == ("refused", "identity")
    assert workspace_env.slack_env.center.asked == []


@pytest.mark.parametrize("place", ["params", "arguments", "meta of the arguments", "body"])
def test_an_identity_that_slack_did_not_write_is_none(
    post: Any, workspace_env: Any, job: str, place: str
) -> None:
    """What a model writes are the arguments: nobody is who they say there."""
    identity = {"slack": {"user_id": "U0MEI", "team_id": "T0SANDBOX"}}
    message = call("tools/call", {"name": "look_up_call", "arguments": {"ids": [job]}})
    params = message["params"]
    del params["_meta"]
    {"params": params, "arguments": params["arguments"], "body": message}.get(place, {}).update(identity)
    if place == "meta of the arguments":
        params["arguments"]["_meta"] = identity

    found = post(message)

    assert found.error["code"] == -32602
    assert (found.fields["outcome"], found.fields["reason"]) == ("refused", "identity")
    assert workspace_env.slack_env.center.asked == []


@pytest.mark.parametrize(
    "refused",  # the person and the workspace that Slack names
    [
        ("U0GUEST", "T0SANDBOX", {"deny_guests": True}, "guest"),
        ("U0MEI", "T0SANDBOX", {"users": frozenset({"U0ELSE"})}, "person"),
        ("U0MEI", "T0SANDBOX", {"usergroups": frozenset({"S0LEADS"})}, "person"),
        ("U0MEI", "T0SANDBOX", {"teams": frozenset({"T0OTHER"})}, "workspace"),
        ("U0MEI", "T0STRANGE", {}, "workspace"),
        ("U0MEI", "T0STRANGE", {"teams": frozenset({"T0SANDBOX"})}, "workspace"),
        # With no one to ask nothing is known of the person.
        ("U0MEI", "T0SANDBOX", {"slack_bot_token": ""}, "workspace"),
    ],
)
def test_whom_slack_refuses_the_door_refuses(
    post: Any, workspace_env: Any, job: str, caplog: Any, refused: Any
) -> None:
    *who, changes, code = refused
    app = workspace_env.build(**changes)

    with caplog.at_level(logging.INFO):
        found = post(asking(job, *who), app=app)

    assert job not in text(found)
    assert (found.fields["outcome"], found.fields["why"]) == ("refused", code)
    (line,) = audit_lines(caplog)
    assert (line["entry"], line["outcome"]) == ("mcp", f"refused: {code}")


@pytest.mark.parametrize("ids", [["job-nonsense"], [OTHER]])
def test_who_may_not_ask_learns_nothing_of_the_instances(
    post: Any, workspace_env: Any, caplog: Any, ids: Any
) -> None:
    app = workspace_env.build(users=frozenset({"U0ELSE"}))

    with caplog.at_level(logging.INFO):
        answers = {
            text(post(tool("look_up_call", ids=ids, instance=name), app=app))
            for name in ("ccc-test", "ccc-none")
        }

    assert len(answers) == 1
    # That they tried is in the trail either way.
    trail = [(line["entry"], line["outcome"]) for line in audit_lines(caplog)]
    assert trail == [("mcp", "refused: person")] * 2


@pytest.mark.parametrize(("name", "words"), [(None, "set up as the default"), ("ccc-none", "of that name")])
@pytest.mark.parametrize("asked", [("look_up_call", {"ids": [OTHER]}), ("find_calls", {"kind": "missed"})])
def test_where_no_instance_is_the_default_the_model_is_told_to_name_one(
    post: Any, workspace_env: Any, asked: tuple[str, dict[str, Any]], name: str | None, words: str
) -> None:
    app = workspace_env.build(
        ccc_instance_id="", ccc_instances={"support": "ccc-test"}, search_users=frozenset({"U0MEI"})
    )
    which, arguments = asked

    assert words in text(post(tool(which, **arguments, instance=name), app=app))
    assert result(post(tool(which, **arguments, instance="support"), app=app))["isError"] is False


def test_a_named_workspace_needs_no_question_where_the_app_is(
    post: Any, workspace_env: Any, job: str
) -> None:
    app = workspace_env.build(teams=frozenset({"T0SANDBOX"}))

    assert result(post(asking(job), app=app))["isError"] is False
    assert workspace_env.calls("auth.test") == []


def test_where_the_app_is_installed_is_asked_once(post: Any, workspace_env: Any, job: str) -> None:
    for _ in range(3):
        assert result(post(asking(job)))["isError"] is False

    assert len(workspace_env.calls("auth.test")) == 1


def test_a_person_of_another_workspace_is_refused_even_if_slack_names_the_apps(
    post: Any, workspace_env: Any, job: str
) -> None:
    """In a shared channel the team could be the app's and the person a stranger's: their profile tells."""
    workspace_env.slack_env.slack.answers["users.info"] = [{"ok": True, "user": {"team_id": "T0STRANGE"}}]
    app = workspace_env.slack_env.function(slack_bot_token="xoxb-1", teams=frozenset({"T0SANDBOX"}))

    assert job not in text(post(asking(job), app=_signed_as(workspace_env, app)))


def test_whoever_left_the_workspace_is_refused(post: Any, workspace_env: Any, job: str) -> None:
    slack = workspace_env.slack_env.slack
    slack.answers["users.info"] = [{"ok": True, "user": {"team_id": "T0SANDBOX", "deleted": True}}]
    app = workspace_env.slack_env.function(slack_bot_token="xoxb-1", teams=frozenset({"T0SANDBOX"}))

    found = post(asking(job), app=_signed_as(workspace_env, app))

    assert "You are not allowed" in text(found)
    assert (found.fields["outcome"], found.fields["why"]) == ("refused", "person")


def test_a_workspace_where_the_app_is_not_installed_is_outside(
    post: Any, workspace_env: Any, job: str
) -> None:
    """That the person belongs to the workspace which the question names does not make it the app's."""
    slack = workspace_env.slack_env.slack
    slack.answers["auth.test"] = [{"ok": True, "team_id": "T0SANDBOX"}]
    slack.answers["users.info"] = [{"ok": True, "user": {"team_id": "T0STRANGE"}}]
    app = _signed_as(workspace_env, workspace_env.slack_env.function(slack_bot_token="xoxb-1"))

    found = post(asking(job, "U0ELSE", "T0STRANGE"), app=app)

    assert job not in text(found)
    assert found.fields["why"] == "workspace"
    assert workspace_env.slack_env.center.asked == []


@pytest.mark.parametrize(
    ("organisation", "is_answered"), [("E0OURS", True), ("E0THEIRS", False), ("", False)]
)
def test_an_organisation_that_the_question_names_is_proven_by_the_profile(
    post: Any, workspace_env: Any, job: str, organisation: str, is_answered: bool
) -> None:
    about = {"team_id": "T0THEIRS", "enterprise_user": {"enterprise_id": organisation}}
    workspace_env.slack_env.slack.answers["users.info"] = [{"ok": True, "user": about}]
    app = workspace_env.slack_env.function(slack_bot_token="xoxb-1", teams=frozenset({"E0OURS"}))
    asked = {"user_id": "U0ELSE", "team_id": "T0THEIRS", "enterprise_id": "E0OURS"}
    message = {"name": "look_up_call", "arguments": {"ids": [job]}, "_meta": {"slack": asked}}

    found = post(call("tools/call", message), app=_signed_as(workspace_env, app))

    assert result(found)["isError"] is not is_answered
    assert (job in found.response.body) is is_answered
    assert bool(workspace_env.slack_env.center.asked) == is_answered


def _signed_as(workspace_env: Any, app: Any) -> Any:
    return app.with_settings(
        replace(app._settings, slack_signing_secret=workspace_env.workspace.app.signing_secret)
    )


@pytest.mark.parametrize("answer", [500, {"ok": False, "error": "internal_error"}, "nonsense"])
def test_nothing_is_looked_up_where_slack_does_not_say_where_the_app_is(
    post: Any, workspace_env: Any, job: str, caplog: Any, answer: Any
) -> None:
    workspace_env.slack_env.slack.answers["auth.test"] = [answer]
    app = _signed_as(workspace_env, workspace_env.slack_env.function(slack_bot_token="xoxb-1"))

    with caplog.at_level(logging.INFO):
        found = post(asking(job), app=app)

    assert "could not check with Slack" in text(found)
    assert (found.fields["outcome"], found.fields["why"]) == ("refused", "unchecked")
    assert workspace_env.slack_env.center.asked == []
    assert [line["outcome"] for line in audit_lines(caplog)] == ["refused: unchecked"]


@pytest.mark.usefixtures("passing_time")
def test_who_asks_again_after_a_slow_slack_is_answered(post: Any, workspace_env: Any, job: str) -> None:
    """The question where the app is installed is finished whoever waits, and many who wait ask it once."""
    slack = workspace_env.slack_env.slack
    slack.answers["auth.test"] = [{"ok": True, "team_id": "T0SANDBOX", "is_enterprise_install": False}]
    slack.answers["users.info"] = [{"ok": True, "user": {"team_id": "T0SANDBOX"}}]
    slack.pauses["auth.test"] = 1.0
    app = _signed_as(workspace_env, workspace_env.slack_env.function(slack_bot_token="xoxb-1"))

    assert "could not check with Slack" in text(post(asking(job), app=app, age=1.9))
    with ThreadPoolExecutor(4) as threads:
        later = list(threads.map(lambda _: result(post(asking(job), app=app)), range(4)))

    assert [each["isError"] for each in later] == [False] * 4
    assert len(slack.called("auth.test")) == 1


@pytest.mark.parametrize("worker", ["", "callevents-worker"])
@pytest.mark.usefixtures("passing_time")
def test_what_is_late_is_said_to_be_late_and_handed_to_nobody(
    post: Any, workspace_env: Any, job: str, worker: str
) -> None:
    workspace_env.slack_env.fail("delay", seconds=2.5)
    app = workspace_env.build(worker=worker)

    found = post(asking(job), app=app, age=1.9)

    assert "did not answer in time" in text(found)
    assert workspace_env.slack_env.queue.payloads == []
    assert (found.fields["outcome"], found.fields["why"]) == ("failed", "ccc_timed_out")


@pytest.mark.parametrize("worker", ["", "callevents-worker"])
@pytest.mark.usefixtures("passing_time")
def test_a_person_whom_slack_does_not_know_in_time_gets_no_answer(
    post: Any, workspace_env: Any, job: str, worker: str
) -> None:
    slack = workspace_env.slack_env.slack
    slack.answers["auth.test"] = [{"ok": True, "team_id": "T0SANDBOX", "is_enterprise_install": False}]
    slack.pauses["users.info"] = 3.0
    app = _signed_as(
        workspace_env,
        workspace_env.slack_env.function(slack_bot_token="xoxb-1", deny_guests=True, worker=worker),
    )

    found = post(asking(job), app=app, age=1.9)

    assert "could not check with Slack" in text(found)
    assert job not in text(found)
    assert workspace_env.slack_env.queue.payloads == []


@pytest.mark.parametrize("kind", ["unavailable", "throttled", "truncated", "token_expired"])
def test_a_failure_is_a_sentence_with_a_request_id(
    post: Any, workspace_env: Any, job: str, kind: str
) -> None:
    try:
        workspace_env.slack_env.fail(kind)
    except ValueError:
        pytest.skip(f"no fault called {kind}")
    found = post(asking(job))

    assert "contact center" in text(found)
    assert found.fields["outcome"] == "failed"


def test_an_accident_is_an_error_of_the_protocol_without_its_cause(
    post: Any, workspace_env: Any, job: str, caplog: Any
) -> None:
    app = workspace_env.build()
    app._resources.people = None  # what nobody expects

    found = post(asking(job), app=app)

    assert (found.status, found.error["code"]) == (200, -32603)
    assert found.error["data"] == {"request_id": "1-fc-request"}
    assert "NoneType" not in found.response.body
    assert found.fields["outcome"] == "failed"


def test_chinese_is_answered_in_chinese(post: Any, job: str) -> None:
    given = result(post(asking(job, "U0ZHANG")))

    assert "1 \u53f7" in given["content"][0]["text"]


def test_the_same_request_twice_is_answered_twice(
    post: Any, workspace_env: Any, job: str, caplog: Any
) -> None:
    """It only reads, and a client may send the same bytes again: each time is authorized and audited."""
    request, invocation = workspace_env.slack_env.signed(
        json.dumps(asking(job)).encode(),
        content_type="application/json",
        secret=workspace_env.workspace.app.signing_secret,
    )
    request = request._replace(path="/mcp")

    with caplog.at_level(logging.INFO):
        answers = [
            workspace_env.app.http(request, invocation._replace(request_log=type(invocation.request_log)()))
            for _ in range(2)
        ]

    assert answers[0].body == answers[1].body
    assert len(audit_lines(caplog)) == 2


def test_full_numbers_are_for_nobody_here(post: Any, workspace_env: Any, job: str) -> None:
    app = workspace_env.build(full_numbers_users=frozenset({"U0MEI"}))

    found = post(asking(job), app=app)

    assert "13800000101" not in found.response.body
    assert "138******01" in found.response.body


def test_what_the_server_says_of_itself_is_constant(workspace_env: Any) -> None:
    assert tools(workspace_env.slack_env.settings()) == tools(
        workspace_env.slack_env.settings(users=frozenset({"U1"}))
    )
