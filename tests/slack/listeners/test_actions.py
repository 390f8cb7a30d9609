"""Tests for callevents.slack.listeners.actions, in a whole workspace: what people press, and what they see then."""

import json
import logging
import re
from typing import Any

import pytest

from callevents.slack.requests.action_value import encode
from callevents_sandbox.fixtures.samples import samples
from callevents_sandbox.server.faults import Fault
from callevents_sandbox.slack.elements import Usable
from tests.slack.listeners.buttons import MEI, WORKER, audited, forge, labels, share

EVENTS_OPTION = "Events as JSON"


class TestRefresh:
    def test_the_answer_is_edited_in_place_and_says_when(self, workspace_env: Any, job: str) -> None:
        message = workspace_env.answer(job)
        workspace_env.press(message, "refresh")

        assert len(workspace_env.answers()) == 1
        assert message.versions == 2
        assert message.way == "response_url"
        assert job in message.text
        assert "Updated <!date^" in json.dumps(message.blocks)

    def test_pressing_it_ten_times_does_no_harm(self, workspace_env: Any, job: str) -> None:
        message = workspace_env.answer(job)
        for _ in range(10):
            workspace_env.press(message, "refresh")

        assert (len(workspace_env.answers()), message.versions) == (1, 11)

    def test_a_failure_does_not_take_the_place_of_the_answer(self, workspace_env: Any, job: str) -> None:
        message = workspace_env.answer(job)
        workspace_env.slack_env.fail("not_json")
        workspace_env.press(message, "refresh")

        kept, reply = workspace_env.answers()
        assert (kept.versions, kept.ts) == (1, message.ts)
        assert "cannot be read" in reply.text

    def test_what_takes_too_long_is_refreshed_by_the_worker(self, workspace_env: Any, job: str) -> None:
        workspace_env.build(**WORKER)
        message = workspace_env.answer(job)
        workspace_env.slack_env.fail(
            "unavailable",
        )
        workspace_env.press(message, "refresh", age=1.5)
        workspace_env.slack_env.center.faults.clear()
        kept, reply = workspace_env.answers()
        assert "Still looking" in reply.text
        assert kept.versions == 1

        workspace_env.settle()

        assert (len(workspace_env.answers()), message.versions) == (2, 2)
        assert "Updated <!date^" in json.dumps(message.blocks)

    def test_a_response_url_that_fails_for_the_moment_is_the_workers(
        self, workspace_env: Any, job: str
    ) -> None:
        workspace_env.build(**WORKER)
        message = workspace_env.answer(job)
        for match in ("response_url", "chat.postEphemeral"):
            workspace_env.workspace.faults.add(Fault("server_error", match=match, times=None))
        workspace_env.sender.press(message, "refresh", age=1.9)
        workspace_env.workspace.faults.clear()

        workspace_env.settle()

        assert message.versions == 2

    def test_slack_is_told_where_nothing_could_be_shown(self, workspace_env: Any, job: str) -> None:
        message = workspace_env.answer(job)
        for match in ("response_url", "chat.postEphemeral"):
            workspace_env.workspace.faults.add(Fault("server_error", match=match, times=None))
        shown = workspace_env.sender.press(message, "refresh")

        assert shown.status == 503
        assert shown.error  # the warning that Slack shows


class TestOpen:
    def test_a_table_has_a_button_for_each_call(self, workspace_env: Any) -> None:
        jobs = [each.job_id for each in samples()[:3]]
        table = workspace_env.answer(" ".join(jobs))
        workspace_env.press(table, "open_call_2")

        assert table.versions == 1
        assert jobs[1] in workspace_env.answers()[-1].text
        assert jobs[0] not in workspace_env.answers()[-1].text

    def test_the_worker_does_not_put_the_details_over_the_table(self, workspace_env: Any) -> None:
        workspace_env.build(**WORKER)
        jobs = [each.job_id for each in samples()[:3]]
        table = workspace_env.answer(" ".join(jobs))
        workspace_env.slack_env.fail("unavailable")
        workspace_env.press(table, "open_call_2", age=1.5)
        workspace_env.slack_env.center.faults.clear()
        workspace_env.settle()

        assert table.versions == 1
        assert jobs[1] in workspace_env.answers()[-1].text


class TestEvents:
    def test_a_window_shows_the_events(self, workspace_env: Any, job: str) -> None:
        workspace_env.press(workspace_env.answer(job), EVENTS_OPTION)

        (window,) = workspace_env.windows()
        assert "Established" in json.dumps(window.view)
        assert len(workspace_env.answers()) == 1

    def test_a_window_whose_opening_was_not_confirmed_is_known_to_be_open(
        self, workspace_env: Any, job: str
    ) -> None:
        workspace_env.workspace.faults.add(Fault("cut", match="views.open"))
        workspace_env.press(workspace_env.answer(job), EVENTS_OPTION)

        (window,) = workspace_env.windows()
        assert "Established" in json.dumps(window.view)
        assert len(workspace_env.answers()) == 1

    @pytest.mark.parametrize("queue_status", [202, 500])
    def test_a_window_that_waits_and_is_not_known_is_answered_by_a_message(
        self, workspace_env: Any, job: str, queue_status: int
    ) -> None:
        workspace_env.build(**WORKER)
        message = workspace_env.answer(job)
        workspace_env.slack_env.queue.status = queue_status
        workspace_env.slack_env.fail("unavailable")
        workspace_env.workspace.faults.add(Fault("cut", match="views.open"))
        workspace_env.press(message, EVENTS_OPTION)
        workspace_env.slack_env.center.faults.clear()
        if queue_status == 202:
            workspace_env.settle()

        answer = workspace_env.answers()[-1]
        assert ("Established" in json.dumps(answer.blocks)) is (queue_status == 202)
        assert answer is not message

    def test_without_a_bot_token_a_message_shows_them(self, workspace_env: Any, job: str) -> None:
        workspace_env.build(slack_bot_token="")
        workspace_env.press(workspace_env.answer(job), EVENTS_OPTION)

        assert "Established" in json.dumps(workspace_env.answers()[-1].blocks)
        assert workspace_env.windows() == []

    @pytest.mark.parametrize("token", [True, False])
    def test_any_number_of_events_is_shown_by_pages(self, workspace_env: Any, token: bool) -> None:
        jobs = [each.job_id for each in samples()[:10]]
        workspace_env.build(**({} if token else {"slack_bot_token": ""}))
        message = workspace_env.answer(" ".join(jobs))
        forge(workspace_env, message, "more", encode("events", jobs, "ccc-test"))
        place = workspace_env.windows()[0] if token else workspace_env.answers()[-1]
        seen: list[str] = []
        while True:
            blocks = place.view["blocks"] if token else place.blocks
            seen.append(json.dumps(blocks))
            if "events_next" not in seen[-1]:
                break
            workspace_env.press(place, "events_next")

        assert len(seen) == 3
        assert all(f"{job}" in "".join(seen) for job in jobs)
        assert len(workspace_env.windows()) == token
        assert len(workspace_env.answers()) == 2 - token

    def test_the_last_page_and_the_first_are_shown_in_the_same_window(
        self, workspace_env: Any, job: str
    ) -> None:
        message = workspace_env.answer(job)
        workspace_env.slack_env.fail("text_stream", count=500)
        workspace_env.press(message, EVENTS_OPTION)
        (window,) = workspace_env.windows()
        start = json.dumps(window.view["blocks"])
        workspace_env.press(window, "events_last")
        end = json.dumps(window.view["blocks"])
        workspace_env.press(window, "events_first")

        assert "events_next" not in end
        assert json.dumps(window.view["blocks"]) == start

    def test_a_lookup_that_takes_too_long_ends_in_the_window(self, workspace_env: Any, job: str) -> None:
        workspace_env.build(**WORKER)
        message = workspace_env.answer(job)
        workspace_env.slack_env.fail("unavailable")
        workspace_env.press(message, EVENTS_OPTION, age=1.3)
        workspace_env.slack_env.center.faults.clear()
        (window,) = workspace_env.windows()
        assert "Still looking" in json.dumps(window.view)

        workspace_env.settle()

        assert "Established" in json.dumps(window.view)

    def test_a_failure_stands_in_the_window(self, workspace_env: Any, job: str) -> None:
        message = workspace_env.answer(job)
        workspace_env.slack_env.fail("not_json")
        workspace_env.press(message, EVENTS_OPTION)

        (window,) = workspace_env.windows()
        assert "cannot be read" in json.dumps(window.view)


LEADS = {"full_numbers_usergroups": frozenset({"S0LEADS"})}


class TestReveal:
    def test_only_who_may_sees_the_button(self, workspace_env: Any, job: str) -> None:
        workspace_env.build(**MEI)
        assert "Reveal numbers" in labels(workspace_env.answer(job))
        assert "Reveal numbers" not in labels(workspace_env.answer(job, user="U0ZHANG"))

    @pytest.mark.parametrize(("changes", "offered"), [(MEI, True), (LEADS, True), ({}, False)])
    def test_what_everybody_reads_offers_it_where_anybody_may(
        self, workspace_env: Any, job: str, changes: dict[str, Any], offered: bool
    ) -> None:
        workspace_env.build(**changes)
        shared = share(workspace_env, job)
        assert ("Reveal numbers" in labels(shared)) is offered
        workspace_env.press(shared, "refresh", user="U0ZHANG")
        assert ("Reveal numbers" in labels(shared)) is offered

    def test_on_a_shared_answer_it_answers_who_may_alone_and_nobody_else(
        self, workspace_env: Any, job: str, caplog: pytest.LogCaptureFixture
    ) -> None:
        workspace_env.build(**MEI)
        shared = share(workspace_env, job)
        workspace_env.press(shared, "Reveal numbers", user="U0SUPERVISOR")
        assert "not allowed to see full numbers" in workspace_env.answers("U0SUPERVISOR")[-1].text
        workspace_env.press(shared, "Reveal numbers")

        revealed = workspace_env.answers()[-1]
        assert (revealed.ephemeral_to, shared.versions) == ("U0MEI", 1)
        assert "this was recorded" in json.dumps(revealed.blocks)
        assert [line[2:] for line in audited(caplog)[-2:]] == [
            ("U0SUPERVISOR", "refused: person"),
            ("U0MEI", "answered"),
        ]

    def test_whole_numbers_are_for_one_person_and_audited(
        self, workspace_env: Any, job: str, caplog: pytest.LogCaptureFixture
    ) -> None:
        workspace_env.build(**MEI)
        message = workspace_env.answer(job)
        workspace_env.press(message, "Reveal numbers")

        revealed = workspace_env.answers()[-1]
        assert revealed.ephemeral_to == "U0MEI"
        assert "this was recorded" in json.dumps(revealed.blocks)
        assert "*****" not in json.dumps(revealed.blocks)
        assert "*****" in json.dumps(message.blocks)
        assert audited(caplog)[-1] == ("reveal", "reveal", "U0MEI", "answered")

    def test_members_of_a_group_may(self, workspace_env: Any, job: str) -> None:
        workspace_env.build(**LEADS)
        message = workspace_env.answer(job, user="U0SUPERVISOR")
        workspace_env.press(message, "Reveal numbers", user="U0SUPERVISOR")

        assert "this was recorded" in json.dumps(workspace_env.answers("U0SUPERVISOR")[-1].blocks)

    def test_a_forged_value_is_refused_and_audited(
        self, workspace_env: Any, job: str, caplog: pytest.LogCaptureFixture
    ) -> None:
        workspace_env.build(**LEADS)
        message = workspace_env.answer(job)
        asked = len(workspace_env.slack_env.center.asked)
        forge(workspace_env, message, "more", encode("reveal", [job], "ccc-test"))

        reply = workspace_env.answers()[-1]
        assert "not allowed to see full numbers" in reply.text
        assert "S0LEADS" in json.dumps(reply.blocks)
        assert audited(caplog)[-1] == ("reveal", "reveal", "U0MEI", "refused: person")
        assert len(workspace_env.slack_env.center.asked) == asked

    def test_a_share_or_refresh_of_a_revealed_answer_is_masked(self, workspace_env: Any, job: str) -> None:
        workspace_env.build(**MEI)
        workspace_env.press(workspace_env.answer(job), "Reveal numbers")
        revealed = workspace_env.answers()[-1]
        workspace_env.press(revealed, "share")
        (shared,) = workspace_env.answers("U0ZHANG")
        workspace_env.press(revealed, "refresh")

        for message in (shared, revealed):
            assert "*****" in json.dumps(message.blocks)
            assert "this was recorded" not in json.dumps(message.blocks)


JOB = "job-468a63a2-0000-4000-8000-b1ecf726d4be"


@pytest.mark.parametrize(
    ("action_id", "value"),
    [
        ("refresh", ""),
        ("refresh", "nonsense"),
        ("refresh", "\u00e9\u0000<!channel>"),
        ("refresh", encode("refresh", [JOB], "ccc-elsewhere")),
        ("refresh", encode("refresh", [JOB], "")),
        ("refresh", encode("refresh", [], "ccc-test")),
        ("refresh", encode("reveal", [JOB], "ccc-test")),
        ("refresh", "Ag" + encode("refresh", [JOB], "ccc-test")[2:]),
        ("share", encode("refresh", [JOB], "ccc-test")),
        ("share", encode("share", [], "ccc-test")),
        ("open_call_1", encode("share", [JOB], "ccc-test")),
        ("more", encode("share", [JOB], "ccc-test")),
        ("more", encode("events", [], "ccc-test")),
        ("events_next", encode("reveal", [JOB], "ccc-test")),
        ("search", encode("reveal", [JOB], "ccc-test")),
    ],
)
def test_a_value_that_is_none_of_ours_gets_a_sentence(
    workspace_env: Any, job: str, action_id: str, value: str
) -> None:
    message = workspace_env.answer(job)
    forge(workspace_env, message, action_id, value)

    assert "no longer works" in workspace_env.answers()[-1].text
    assert (message.versions, len(workspace_env.slack_env.center.asked)) == (1, 1)
    assert workspace_env.answers("U0ZHANG") == []


@pytest.mark.parametrize("action_id", ["nobody_knows", "refresh2", "open_call_", "xrefresh", "open_call_1\n"])
def test_an_element_that_nobody_knows_gets_a_sentence(workspace_env: Any, job: str, action_id: str) -> None:
    forge(workspace_env, workspace_env.answer(job), action_id, encode("refresh", [job], "ccc-test"))

    assert "does not know" in workspace_env.answers()[-1].text


def test_slack_is_told_where_the_sentence_could_not_be_shown(workspace_env: Any, job: str) -> None:
    message = workspace_env.answer(job)
    for match in ("response_url", "chat.postEphemeral"):
        workspace_env.workspace.faults.add(Fault("server_error", match=match, times=None))
    unknown = Usable("Old", {"type": "button", "action_id": "nobody_knows", "block_id": "b"})

    assert workspace_env.sender.use(message, unknown).status == 503


def test_in_a_window_it_gets_one_on_top(workspace_env: Any, job: str) -> None:
    workspace_env.press(workspace_env.answer(job), EVENTS_OPTION)
    (window,) = workspace_env.windows()
    forge(workspace_env, window, "nobody_knows", encode("events", [job], "ccc-test"))

    assert "does not know" in json.dumps(workspace_env.windows()[-1].view)


@pytest.mark.parametrize("what", ["refresh", "share", "Help", EVENTS_OPTION, "open_call_1"])
@pytest.mark.parametrize(
    ("changes", "user", "words"),
    [
        ({"users": frozenset({"U0SUPERVISOR"})}, "U0ZHANG", "\u6743\u9650"),
        ({"usergroups": frozenset({"S0LEADS"})}, "U0MEI", "not allowed to"),
        ({"teams": frozenset({"T0OTHER"})}, "U0MEI", "workspace"),
        ({}, "U0GUEST", "Guests"),
    ],
)
def test_who_may_not_ask_may_not_click(
    workspace_env: Any, what: str, changes: dict[str, Any], user: str, words: str
) -> None:
    jobs = [each.job_id for each in samples()[:2]]
    workspace_env.build(users=frozenset({"U0SUPERVISOR"}))
    workspace_env.press(
        workspace_env.answer(" ".join(jobs), user="U0SUPERVISOR"), "share", user="U0SUPERVISOR"
    )
    (table,) = workspace_env.answers("U0ONEROOM")
    workspace_env.build(**changes)
    workspace_env.slack_env.center.asked.clear()
    action = {"share": ("share", "share"), "Help": ("more", "help"), EVENTS_OPTION: ("more", "events")}
    action_id, value = action.get(what, (what, what.removesuffix("_1")))
    forge(
        workspace_env, table, action_id, encode(value, jobs if value != "help" else [], "ccc-test"), user=user
    )

    replies = [each for each in workspace_env.answers(user) if each.ephemeral_to == user]
    if what == EVENTS_OPTION:
        assert words in json.dumps([view.view for view in workspace_env.windows()], ensure_ascii=False)
    else:
        assert len(replies) == 1
        assert words in replies[0].text
    assert table.versions == 1


def test_the_group_that_may_is_named(workspace_env: Any, job: str) -> None:
    workspace_env.build(usergroups=frozenset({"S0LEADS"}))

    assert '"usergroup_id": "S0LEADS"' in json.dumps(workspace_env.answer(job).blocks)


def test_a_click_that_is_sent_again_does_nothing(slack_env: Any, job: str) -> None:
    function = slack_env.function()
    click = slack_env.interaction(
        {
            "type": "block_actions",
            "container": {"type": "message", "is_ephemeral": True, "channel_id": "C1", "message_ts": "1.2"},
            "channel": {"id": "C1"},
            "actions": [{"action_id": "refresh", "value": encode("refresh", [job], "ccc-test")}],
            "response_url": f"{slack_env.slack_url}/commands/T1/2/secret",
        }
    )
    for _ in range(3):
        response = function.http(*click)
        assert (response.status, response.body) == (200, "")

    assert len(slack_env.slack.posts) == len(slack_env.center.asked) == 1


_OF_THE_RECORD = ("created", "msecs", "relativeCreated", "thread", "process", "lineno", "pathname")


def test_no_log_line_holds_an_address_or_a_number(
    workspace_env: Any, job: str, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG, logger="callevents")
    workspace_env.build(full_numbers_users=frozenset({"U0MEI"}))
    message = workspace_env.answer(job)
    for what in ("refresh", "share", "Reveal numbers", EVENTS_OPTION, "Help"):
        workspace_env.press(message, what)

    logged = [record for record in caplog.records if record.name.startswith("callevents")]
    # The times of a record, the number of its thread and the like are digits too, and not of the call.
    rendered = "\n".join(str({**vars(record), **dict.fromkeys(_OF_THE_RECORD)}) for record in logged)
    assert "reveal" in rendered
    assert "/commands/" not in rendered
    # Nor are those of a task's digest.
    assert "138" not in re.sub(r"\bt_[0-9a-f]{64}\b", "", rendered.replace(job, ""))


def test_of_ten_calls_the_events_and_the_full_numbers_are_a_click_away(workspace_env: Any) -> None:
    workspace_env.build(full_numbers_users=frozenset({"U0MEI"}))
    jobs = [each.job_id for each in samples()[:10]]
    answer = workspace_env.answer(" ".join(jobs))

    workspace_env.press(answer, "reveal")
    assert "this was recorded" in json.dumps(workspace_env.answers()[-1].blocks)
    workspace_env.press(answer, "events")
    assert len(workspace_env.windows()) == 1
