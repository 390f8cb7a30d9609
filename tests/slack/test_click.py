"""Tests for callevents.slack.listeners.actions, in a whole workspace: what people press, and what they see then."""

import json
import logging
import re
from dataclasses import replace
from typing import Any

import pytest

from callevents.slack.requests.action_value import encode
from callevents_sandbox.fixtures.samples import samples
from callevents_sandbox.server.faults import Fault
from callevents_sandbox.slack.elements import Usable

WORKER = {"worker": "callevents-worker"}
EVENTS_OPTION = "Events as JSON"


def audited(caplog: pytest.LogCaptureFixture) -> list[tuple[str, str, str, str]]:
    lines = [vars(record) for record in caplog.records if record.name == "callevents.audit"]
    return [(line["action"], line["entry"], line["user"], line["outcome"]) for line in lines]


def labels(message: Any) -> list[str]:
    told = json.dumps(message.blocks, ensure_ascii=False)
    return [label for label in ("Refresh", "Share in channel", "Reveal numbers", "Help") if label in told]


class TestRefresh:
    def test_the_answer_is_edited_in_place_and_says_when(self, town: Any, job: str) -> None:
        message = town.answer(job)
        town.press(message, "refresh")

        assert len(town.answers()) == 1
        assert message.versions == 2
        assert message.way == "response_url"
        assert job in message.text
        assert "Updated <!date^" in json.dumps(message.blocks)

    def test_pressing_it_ten_times_does_no_harm(self, town: Any, job: str) -> None:
        message = town.answer(job)
        for _ in range(10):
            town.press(message, "refresh")

        assert (len(town.answers()), message.versions) == (1, 11)

    def test_a_failure_does_not_take_the_place_of_the_answer(self, town: Any, job: str) -> None:
        message = town.answer(job)
        town.stage.fail("not_json")
        town.press(message, "refresh")

        kept, told = town.answers()
        assert (kept.versions, kept.ts) == (1, message.ts)
        assert "cannot be read" in told.text

    def test_what_takes_too_long_is_refreshed_by_the_worker(self, town: Any, job: str) -> None:
        town.build(**WORKER)
        message = town.answer(job)
        town.stage.fail(
            "unavailable",
        )
        town.press(message, "refresh", age=1.5)
        town.stage.center.faults.clear()
        kept, told = town.answers()
        assert "Still looking" in told.text
        assert kept.versions == 1

        town.settle()

        assert (len(town.answers()), message.versions) == (2, 2)
        assert "Updated <!date^" in json.dumps(message.blocks)

    def test_a_response_url_that_fails_for_the_moment_is_the_workers(self, town: Any, job: str) -> None:
        town.build(**WORKER)
        message = town.answer(job)
        for match in ("response_url", "chat.postEphemeral"):
            town.workspace.faults.add(Fault("server_error", match=match, times=None))
        town.sender.press(message, "refresh", age=1.9)
        town.workspace.faults.clear()

        town.settle()

        assert message.versions == 2


class TestOpen:
    def test_a_table_has_a_button_for_each_call(self, town: Any) -> None:
        jobs = [each.job_id for each in samples()[:3]]
        table = town.answer(" ".join(jobs))
        town.press(table, "open_call_2")

        assert table.versions == 1
        assert jobs[1] in town.answers()[-1].text
        assert jobs[0] not in town.answers()[-1].text

    def test_the_worker_does_not_put_the_details_over_the_table(self, town: Any) -> None:
        town.build(**WORKER)
        jobs = [each.job_id for each in samples()[:3]]
        table = town.answer(" ".join(jobs))
        town.stage.fail("unavailable")
        town.press(table, "open_call_2", age=1.5)
        town.stage.center.faults.clear()
        town.settle()

        assert table.versions == 1
        assert jobs[1] in town.answers()[-1].text


class TestShare:
    def test_everybody_reads_it_masked_and_by_name(
        self, town: Any, job: str, caplog: pytest.LogCaptureFixture
    ) -> None:
        message = town.answer(job)
        town.press(message, "share")

        (shared,) = town.answers("U0ZHANG", "C0SUPPORT")
        assert (shared.ephemeral_to, shared.way) == (None, "response_url")
        assert "<@U0MEI> shared this answer." in shared.text
        assert job in shared.text
        assert labels(shared) == ["Refresh", "Help"]
        assert message.versions == 1
        assert audited(caplog)[-1] == ("share", "share", "U0MEI", "shared")

    def test_a_second_press_does_not_post_it_again(self, town: Any, job: str) -> None:
        message = town.answer(job)
        for _ in range(3):
            town.press(message, "share")

        assert len(town.answers("U0ZHANG")) == 1
        assert "a moment ago" in town.answers()[-1].text

    def test_an_externally_shared_channel_gets_nothing(
        self, town: Any, job: str, caplog: pytest.LogCaptureFixture
    ) -> None:
        message = town.answer(job, channel="C0PARTNERS")
        town.press(message, "share")

        assert town.answers("U0ZHANG", "C0PARTNERS") == []
        assert "outside your organisation" in town.answers()[-1].text
        assert audited(caplog)[-1] == ("share", "share", "U0MEI", "refused: externally shared")
        assert len(town.stage.center.asked) == 1

    def test_what_cannot_be_seen_is_closed(self, town: Any, job: str) -> None:
        for changes in ({"slack_bot_token": ""}, {}):
            town.build(**changes)
            message = town.answer(job)
            town.workspace.app = replace(town.workspace.app, scopes=frozenset({"commands", "users:read"}))
            town.press(message, "share")

            assert "channels:read" in town.answers()[-1].text
        assert town.answers("U0ZHANG") == []

    @pytest.mark.parametrize("kind", ["server_error", "not_json", "ratelimited", "reset", "hang"])
    def test_what_slack_does_not_say_is_closed(self, town: Any, job: str, kind: str) -> None:
        message = town.answer(job)
        town.workspace.faults.add(Fault(kind, match="conversations.info", times=None))
        town.press(message, "share")

        assert town.answers("U0ZHANG") == []
        assert "Nothing was shared" in town.answers()[-1].text

    def test_who_reads_a_direct_message_is_not_to_be_seen(
        self, town: Any, job: str, caplog: pytest.LogCaptureFixture
    ) -> None:
        """The other one may be of another company: Slack Connect has direct messages, too."""
        message = town.answer(job, channel="D0MEI")
        town.press(message, "share")

        assert [each for each in town.answers(channel="D0MEI") if each.ephemeral_to is None] == []
        assert "the other person" in town.answers()[-1].text
        assert audited(caplog)[-1] == ("share", "share", "U0MEI", "refused: readers unknowable")

    @pytest.mark.parametrize(
        ("about", "shared"),
        [
            ({"is_im": True, "user": "U0MEI"}, True),
            ({"is_im": True, "is_ext_shared": True}, False),
            ({"is_mpim": True}, False),
            ({"is_ext_shared": False, "is_pending_ext_shared": True}, False),
            ({"is_shared": True, "is_org_shared": True, "is_ext_shared": False}, True),
        ],
    )
    def test_what_slack_says_of_the_channel_decides(
        self, stage: Any, job: str, about: dict[str, Any], shared: bool
    ) -> None:
        stage.slack.answers["conversations.info"] = [{"ok": True, "channel": {"id": "D1", **about}}]
        stage.slack.answers["users.info"] = [{"ok": True, "user": {"id": "U1"}}]
        click = {
            "type": "block_actions",
            "container": {"type": "message", "is_ephemeral": True, "channel_id": "D1", "message_ts": "1.2"},
            "channel": {"id": "D1"},
            "actions": [{"action_id": "share", "value": encode("share", [job], "ccc-test")}],
            "response_url": f"{stage.slack_url}/commands/T1/2/secret",
        }
        stage.function(slack_bot_token="xoxb-1").http(*stage.interaction(click))

        (post,) = stage.slack.posts
        assert post["response_type"] == ("in_channel" if shared else "ephemeral")

    def test_a_refresh_keeps_who_shared_it(self, town: Any, job: str) -> None:
        town.press(town.answer(job), "share")
        (shared,) = town.answers("U0ZHANG")
        town.press(shared, "refresh", user="U0ZHANG")

        assert shared.versions == 2
        assert "<@U0MEI>" in shared.text
        assert shared.ephemeral_to is None
        assert len(town.answers("U0ZHANG")) == 1

    def test_a_share_that_takes_too_long_is_posted_by_the_worker(
        self, town: Any, job: str, caplog: pytest.LogCaptureFixture
    ) -> None:
        town.build(**WORKER)
        message = town.answer(job)
        town.stage.fail("unavailable")
        town.press(message, "share", age=1.5)
        town.stage.center.faults.clear()
        town.settle()

        (shared,) = town.answers("U0ZHANG")
        assert "<@U0MEI> shared this answer." in shared.text
        assert [line[0] for line in audited(caplog)] == ["lookup", "share", "share"]


class TestEvents:
    def test_a_window_shows_the_events(self, town: Any, job: str) -> None:
        town.press(town.answer(job), EVENTS_OPTION)

        (window,) = town.windows()
        assert "Established" in json.dumps(window.view)
        assert len(town.answers()) == 1

    def test_without_a_bot_token_a_message_shows_them(self, town: Any, job: str) -> None:
        town.build(slack_bot_token="")
        town.press(town.answer(job), EVENTS_OPTION)

        assert "Established" in json.dumps(town.answers()[-1].blocks)
        assert town.windows() == []

    @pytest.mark.parametrize("token", [True, False])
    def test_any_number_of_events_is_shown_by_pages(self, town: Any, token: bool) -> None:
        jobs = [each.job_id for each in samples()[:10]]
        town.build(**({} if token else {"slack_bot_token": ""}))
        message = town.answer(" ".join(jobs))
        forge(town, message, "more", encode("events", jobs, "ccc-test"))
        place = town.windows()[0] if token else town.answers()[-1]
        seen: list[str] = []
        while True:
            blocks = place.view["blocks"] if token else place.blocks
            seen.append(json.dumps(blocks))
            if "events_next" not in seen[-1]:
                break
            town.press(place, "events_next")

        assert len(seen) == 3
        assert all(f"{job}" in "".join(seen) for job in jobs)
        assert len(town.windows()) == token
        assert len(town.answers()) == 2 - token

    def test_the_last_page_and_the_first_are_shown_in_the_same_window(self, town: Any, job: str) -> None:
        message = town.answer(job)
        town.stage.fail("text_stream", count=500)
        town.press(message, EVENTS_OPTION)
        (window,) = town.windows()
        start = json.dumps(window.view["blocks"])
        town.press(window, "events_last")
        end = json.dumps(window.view["blocks"])
        town.press(window, "events_first")

        assert "events_next" not in end
        assert json.dumps(window.view["blocks"]) == start

    def test_a_lookup_that_takes_too_long_ends_in_the_window(self, town: Any, job: str) -> None:
        town.build(**WORKER)
        message = town.answer(job)
        town.stage.fail("unavailable")
        town.press(message, EVENTS_OPTION, age=1.3)
        town.stage.center.faults.clear()
        (window,) = town.windows()
        assert "Still looking" in json.dumps(window.view)

        town.settle()

        assert "Established" in json.dumps(window.view)

    def test_a_failure_stands_in_the_window(self, town: Any, job: str) -> None:
        message = town.answer(job)
        town.stage.fail("not_json")
        town.press(message, EVENTS_OPTION)

        (window,) = town.windows()
        assert "cannot be read" in json.dumps(window.view)


MEI = {"full_numbers_users": frozenset({"U0MEI"})}
LEADS = {"full_numbers_usergroups": frozenset({"S0LEADS"})}


class TestReveal:
    def test_only_who_may_sees_the_button(self, town: Any, job: str) -> None:
        town.build(**MEI)
        assert "Reveal numbers" in labels(town.answer(job))
        assert "Reveal numbers" not in labels(town.answer(job, user="U0ZHANG"))

    def test_whole_numbers_are_for_one_person_and_audited(
        self, town: Any, job: str, caplog: pytest.LogCaptureFixture
    ) -> None:
        town.build(**MEI)
        message = town.answer(job)
        town.press(message, "Reveal numbers")

        revealed = town.answers()[-1]
        assert revealed.ephemeral_to == "U0MEI"
        assert "this was recorded" in json.dumps(revealed.blocks)
        assert "*****" not in json.dumps(revealed.blocks)
        assert "*****" in json.dumps(message.blocks)
        assert audited(caplog)[-1] == ("reveal", "reveal", "U0MEI", "answered")

    def test_members_of_a_group_may(self, town: Any, job: str) -> None:
        town.build(**LEADS)
        message = town.answer(job, user="U0SUPERVISOR")
        town.press(message, "Reveal numbers", user="U0SUPERVISOR")

        assert "this was recorded" in json.dumps(town.answers("U0SUPERVISOR")[-1].blocks)

    def test_a_forged_wish_is_refused_and_audited(
        self, town: Any, job: str, caplog: pytest.LogCaptureFixture
    ) -> None:
        town.build(**LEADS)
        message = town.answer(job)
        asked = len(town.stage.center.asked)
        forge(town, message, "more", encode("reveal", [job], "ccc-test"))

        told = town.answers()[-1]
        assert "may see full numbers" in told.text
        assert "S0LEADS" in json.dumps(told.blocks)
        assert audited(caplog)[-1] == ("reveal", "reveal", "U0MEI", "refused: person")
        assert len(town.stage.center.asked) == asked

    def test_a_share_or_refresh_of_a_revealed_answer_is_masked(self, town: Any, job: str) -> None:
        town.build(**MEI)
        town.press(town.answer(job), "Reveal numbers")
        revealed = town.answers()[-1]
        town.press(revealed, "share")
        (shared,) = town.answers("U0ZHANG")
        town.press(revealed, "refresh")

        for message in (shared, revealed):
            assert "*****" in json.dumps(message.blocks)
            assert "this was recorded" not in json.dumps(message.blocks)


def forge(town: Any, place: Any, action_id: str, value: str, *, user: str = "U0MEI") -> Any:
    """Press a button that says something else than what we wrote."""
    action: dict[str, object] = {"type": "button", "action_id": action_id, "block_id": "b", "value": value}
    shown = town.sender.use(place, Usable("", action), user=user)
    assert (shown.status, shown.body) == (200, b"")
    return shown


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
    town: Any, job: str, action_id: str, value: str
) -> None:
    message = town.answer(job)
    forge(town, message, action_id, value)

    assert "no longer works" in town.answers()[-1].text
    assert (message.versions, len(town.stage.center.asked)) == (1, 1)
    assert town.answers("U0ZHANG") == []


@pytest.mark.parametrize("action_id", ["nobody_knows", "refresh2", "open_call_", "xrefresh", "open_call_1\n"])
def test_an_element_that_nobody_knows_gets_a_sentence(town: Any, job: str, action_id: str) -> None:
    forge(town, town.answer(job), action_id, encode("refresh", [job], "ccc-test"))

    assert "does not know" in town.answers()[-1].text


def test_in_a_window_it_gets_one_on_top(town: Any, job: str) -> None:
    town.press(town.answer(job), EVENTS_OPTION)
    (window,) = town.windows()
    forge(town, window, "nobody_knows", encode("events", [job], "ccc-test"))

    assert "does not know" in json.dumps(town.windows()[-1].view)


@pytest.mark.parametrize("what", ["refresh", "share", "Help", EVENTS_OPTION, "open_call_1"])
@pytest.mark.parametrize(
    ("changes", "user", "words"),
    [
        ({"users": frozenset({"U0SUPERVISOR"})}, "U0ZHANG", "\u4e4b\u5217"),
        ({"usergroups": frozenset({"S0LEADS"})}, "U0MEI", "not among those"),
        ({"teams": frozenset({"T0OTHER"})}, "U0MEI", "workspace"),
        ({}, "U0GUEST", "Guests"),
    ],
)
def test_who_may_not_ask_may_not_click(
    town: Any, what: str, changes: dict[str, Any], user: str, words: str
) -> None:
    jobs = [each.job_id for each in samples()[:2]]
    town.build(users=frozenset({"U0SUPERVISOR"}))
    town.press(town.answer(" ".join(jobs), user="U0SUPERVISOR"), "share", user="U0SUPERVISOR")
    (table,) = town.answers("U0ONEROOM")
    town.build(**changes)
    town.stage.center.asked.clear()
    action = {"share": ("share", "share"), "Help": ("more", "help"), EVENTS_OPTION: ("more", "events")}
    action_id, wish = action.get(what, (what, what.removesuffix("_1")))
    forge(town, table, action_id, encode(wish, jobs if wish != "help" else [], "ccc-test"), user=user)

    told = [each for each in town.answers(user) if each.ephemeral_to == user]
    if what == EVENTS_OPTION:
        assert words in json.dumps([view.view for view in town.windows()], ensure_ascii=False)
    else:
        assert len(told) == 1
        assert words in told[0].text or user == "U0ZHANG"
    assert table.versions == 1


def test_the_group_that_may_is_named(town: Any, job: str) -> None:
    town.build(usergroups=frozenset({"S0LEADS"}))

    assert '"usergroup_id": "S0LEADS"' in json.dumps(town.answer(job).blocks)


def test_a_click_that_is_sent_again_does_nothing(stage: Any, job: str) -> None:
    function = stage.function()
    click = stage.interaction(
        {
            "type": "block_actions",
            "container": {"type": "message", "is_ephemeral": True, "channel_id": "C1", "message_ts": "1.2"},
            "channel": {"id": "C1"},
            "actions": [{"action_id": "refresh", "value": encode("refresh", [job], "ccc-test")}],
            "response_url": f"{stage.slack_url}/commands/T1/2/secret",
        }
    )
    for _ in range(3):
        response = function.http(*click)
        assert (response.status, response.body) == (200, "")

    assert len(stage.slack.posts) == len(stage.center.asked) == 1


_OF_THE_RECORD = ("created", "msecs", "relativeCreated", "thread", "process", "lineno", "pathname")


def test_no_log_line_holds_an_address_or_a_number(
    town: Any, job: str, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG, logger="callevents")
    town.build(full_numbers_users=frozenset({"U0MEI"}))
    message = town.answer(job)
    for what in ("refresh", "share", "Reveal numbers", EVENTS_OPTION, "Help"):
        town.press(message, what)

    logged = [record for record in caplog.records if record.name.startswith("callevents")]
    # The times of a record, the number of its thread and the like are digits too, and not of the call.
    told = "\n".join(str({**vars(record), **dict.fromkeys(_OF_THE_RECORD)}) for record in logged)
    assert "reveal" in told
    assert "/commands/" not in told
    # Nor are those of a task's digest.
    assert "138" not in re.sub(r"\bt_[0-9a-f]{64}\b", "", told.replace(job, ""))
