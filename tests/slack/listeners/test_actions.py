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
from tests.support.audit import audit_lines

WORKER = {"worker": "callevents-worker"}
EVENTS_OPTION = "Events as JSON"


def audited(caplog: pytest.LogCaptureFixture) -> list[tuple[str, str, str, str]]:
    return [(line["action"], line["entry"], line["user"], line["outcome"]) for line in audit_lines(caplog)]


def labels(message: Any) -> list[str]:
    rendered = json.dumps(message.blocks, ensure_ascii=False)
    return [label for label in ("Refresh", "Share in channel", "Reveal numbers", "Help") if label in rendered]


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


class TestShare:
    def test_everybody_reads_it_masked_and_by_name(
        self, workspace_env: Any, job: str, caplog: pytest.LogCaptureFixture
    ) -> None:
        message = workspace_env.answer(job)
        workspace_env.press(message, "share")

        (shared,) = workspace_env.answers("U0ZHANG", "C0SUPPORT")
        assert (shared.ephemeral_to, shared.way) == (None, "response_url")
        assert "<@U0MEI> shared this answer." in shared.text
        assert job in shared.text
        assert labels(shared) == ["Refresh", "Help"]
        assert message.versions == 1
        assert audited(caplog)[-1] == ("share", "share", "U0MEI", "shared")

    def test_a_second_press_does_not_post_it_again(self, workspace_env: Any, job: str) -> None:
        message = workspace_env.answer(job)
        for _ in range(3):
            workspace_env.press(message, "share")

        assert len(workspace_env.answers("U0ZHANG")) == 1
        assert "a moment ago" in workspace_env.answers()[-1].text

    @pytest.mark.parametrize("is_shared", [True, False])
    def test_slack_is_told_where_the_reason_could_not_be_shown(
        self, workspace_env: Any, job: str, is_shared: bool
    ) -> None:
        message = workspace_env.answer(job)
        if is_shared:
            open_to_others(workspace_env, "C0SUPPORT")
        for match in ("response_url", "chat.postEphemeral"):
            workspace_env.workspace.faults.add(Fault("server_error", match=match, times=None))

        assert workspace_env.sender.press(message, "share").status == 503
        assert workspace_env.answers("U0ZHANG") == []

    def test_an_externally_shared_channel_gets_nothing(
        self, workspace_env: Any, job: str, caplog: pytest.LogCaptureFixture
    ) -> None:
        message = workspace_env.answer(job, channel="C0PARTNERS")
        workspace_env.press(message, "share")

        assert workspace_env.answers("U0ZHANG", "C0PARTNERS") == []
        assert "outside your organisation" in workspace_env.answers()[-1].text
        assert audited(caplog)[-1] == ("share", "share", "U0MEI", "refused: externally shared")
        assert len(workspace_env.slack_env.center.asked) == 1

    def test_what_cannot_be_seen_is_closed(self, workspace_env: Any, job: str) -> None:
        for changes in ({"slack_bot_token": ""}, {}):
            workspace_env.build(**changes)
            message = workspace_env.answer(job)
            workspace_env.workspace.app = replace(
                workspace_env.workspace.app, scopes=frozenset({"commands", "users:read"})
            )
            workspace_env.press(message, "share")

            assert "channels:read" in workspace_env.answers()[-1].text
        assert workspace_env.answers("U0ZHANG") == []

    @pytest.mark.parametrize("kind", ["server_error", "not_json", "ratelimited", "reset", "hang"])
    @pytest.mark.usefixtures("passing_time")
    def test_what_slack_does_not_say_is_closed(self, workspace_env: Any, job: str, kind: str) -> None:
        message = workspace_env.answer(job)
        workspace_env.workspace.faults.add(Fault(kind, match="conversations.info", times=None))
        workspace_env.press(message, "share")

        assert workspace_env.answers("U0ZHANG") == []
        assert "Nothing was shared" in workspace_env.answers()[-1].text

    def test_who_reads_a_direct_message_is_not_to_be_seen(
        self, workspace_env: Any, job: str, caplog: pytest.LogCaptureFixture
    ) -> None:
        """The other one may be of another company: Slack Connect has direct messages, too."""
        message = workspace_env.answer(job, channel="D0MEI")
        workspace_env.press(message, "share")

        assert [each for each in workspace_env.answers(channel="D0MEI") if each.ephemeral_to is None] == []
        assert "the other person" in workspace_env.answers()[-1].text
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
        self, slack_env: Any, job: str, about: dict[str, Any], shared: bool
    ) -> None:
        slack_env.slack.answers["conversations.info"] = [{"ok": True, "channel": {"id": "D1", **about}}]
        slack_env.slack.answers["users.info"] = [{"ok": True, "user": {"id": "U1"}}]
        click = {
            "type": "block_actions",
            "container": {"type": "message", "is_ephemeral": True, "channel_id": "D1", "message_ts": "1.2"},
            "channel": {"id": "D1"},
            "actions": [{"action_id": "share", "value": encode("share", [job], "ccc-test")}],
            "response_url": f"{slack_env.slack_url}/commands/T1/2/secret",
        }
        slack_env.function(slack_bot_token="xoxb-1").http(*slack_env.interaction(click))

        (post,) = slack_env.slack.posts
        assert post["response_type"] == ("in_channel" if shared else "ephemeral")

    def test_a_refresh_keeps_who_shared_it(self, workspace_env: Any, job: str) -> None:
        workspace_env.press(workspace_env.answer(job), "share")
        (shared,) = workspace_env.answers("U0ZHANG")
        workspace_env.press(shared, "refresh", user="U0ZHANG")

        assert shared.versions == 2
        assert "<@U0MEI>" in shared.text
        assert shared.ephemeral_to is None
        assert len(workspace_env.answers("U0ZHANG")) == 1

    def test_what_slack_does_not_say_in_time_is_left_to_the_worker(
        self, workspace_env: Any, job: str
    ) -> None:
        workspace_env.build(**WORKER)
        message = workspace_env.answer(job)
        workspace_env.workspace.faults.add(Fault("server_error", match="conversations.info", times=2))
        workspace_env.press(message, "share")
        assert "say who reads this channel" in workspace_env.answers()[-1].text
        assert workspace_env.answers("U0ZHANG") == []

        workspace_env.settle()

        (shared,) = workspace_env.answers("U0ZHANG")
        assert "<@U0MEI> shared this answer." in shared.text

    def test_a_share_that_takes_too_long_is_posted_by_the_worker(
        self, workspace_env: Any, job: str, caplog: pytest.LogCaptureFixture
    ) -> None:
        workspace_env.build(**WORKER)
        message = workspace_env.answer(job)
        workspace_env.slack_env.fail("unavailable")
        workspace_env.press(message, "share", age=1.5)
        workspace_env.slack_env.center.faults.clear()
        workspace_env.settle()

        (shared,) = workspace_env.answers("U0ZHANG")
        assert "<@U0MEI> shared this answer." in shared.text
        assert [line[0] for line in audited(caplog)] == ["lookup", "share", "share"]


CHINESE = {"channel_language": "zh-CN"}
ANSWERED = "\u63a5\u542c"


def share(workspace_env: Any, text: str, channel: str = "C0SUPPORT") -> Any:
    """Share the answer to *text*; return the message that everybody reads."""
    workspace_env.press(workspace_env.answer(text, channel=channel), "share")
    (shared,) = workspace_env.answers("U0ZHANG", channel)
    return shared


def open_to_others(workspace_env: Any, channel: str) -> None:
    channels = workspace_env.workspace.channels
    channels[channel] = replace(channels[channel], shared=True)


class TestRefreshForAll:
    def test_the_language_is_the_channels_whoever_shares_and_refreshes(
        self, workspace_env: Any, job: str
    ) -> None:
        workspace_env.build(**CHINESE)
        shared = share(workspace_env, job)
        assert ANSWERED in shared.text
        for user in ("U0MEI", "U0ZHANG"):
            workspace_env.press(shared, "refresh", user=user)
            assert ANSWERED in shared.text
        workspace_env.build()
        workspace_env.press(shared, "refresh", user="U0ZHANG")  # who reads Chinese

        assert "Customer answered" in shared.text

    def test_the_worker_keeps_it_too(self, workspace_env: Any, job: str) -> None:
        changes = CHINESE | WORKER
        workspace_env.build(**changes)
        shared = share(workspace_env, job)
        workspace_env.slack_env.fail("unavailable")
        workspace_env.press(shared, "refresh")
        workspace_env.slack_env.center.faults.clear()
        assert "Still looking" in workspace_env.answers()[-1].text  # for one person, in their own language
        workspace_env.settle(**CHINESE)

        assert shared.versions == 2
        assert ANSWERED in shared.text

    @pytest.mark.parametrize("user", ["U0MEI", "U0ZHANG"])
    def test_a_channel_that_others_read_by_now_keeps_what_it_has(
        self, workspace_env: Any, job: str, user: str, caplog: pytest.LogCaptureFixture
    ) -> None:
        shared = share(workspace_env, job)
        open_to_others(workspace_env, "C0SUPPORT")
        workspace_env.slack_env.center.asked.clear()
        workspace_env.press(shared, "refresh", user=user)

        reply = workspace_env.answers(user)[-1]
        assert (shared.versions, reply.ephemeral_to) == (1, user)
        assert "outside your organisation" in reply.text or "\u7ec4\u7ec7" in reply.text
        assert audited(caplog)[-1] == ("lookup", "refresh", user, "refused: externally shared")
        assert workspace_env.slack_env.center.asked == []

    def test_the_worker_asks_anew_who_reads_it(self, workspace_env: Any, job: str) -> None:
        workspace_env.build(**WORKER)
        shared = share(workspace_env, job)
        workspace_env.slack_env.fail("unavailable")
        workspace_env.press(shared, "refresh", age=1.5)
        workspace_env.slack_env.center.faults.clear()
        open_to_others(workspace_env, "C0SUPPORT")
        workspace_env.settle()

        assert shared.versions == 1
        assert "outside your organisation" in workspace_env.answers()[-1].text

    @pytest.mark.parametrize("kind", ["server_error", "not_json"])
    def test_what_slack_does_not_say_is_closed(self, workspace_env: Any, job: str, kind: str) -> None:
        shared = share(workspace_env, job)
        workspace_env.workspace.faults.add(Fault(kind, match="conversations.info", times=None))
        workspace_env.press(shared, "refresh")

        assert shared.versions == 1
        assert "Nothing was refreshed" in workspace_env.answers()[-1].text

    def test_only_the_calls_of_the_clicked_message_are_shown(self, workspace_env: Any) -> None:
        jobs = [each.job_id for each in samples()[:3]]
        shared = share(workspace_env, " ".join(jobs[:2]))
        for named in ([jobs[2]], [jobs[0], jobs[2]], [jobs[0][:-1]]):
            forge(workspace_env, shared, "refresh", encode("refresh", named, "ccc-test"), user="U0ZHANG")
            assert shared.versions == 1
            assert workspace_env.answers("U0ZHANG")[-1].ephemeral_to == "U0ZHANG"
        forge(workspace_env, shared, "share", encode("share", [jobs[2]], "ccc-test"), user="U0ZHANG")
        public = [each for each in workspace_env.answers("U0ZHANG") if each.ephemeral_to is None]
        assert public == [shared]

        forge(workspace_env, shared, "refresh", encode("refresh", jobs[:1], "ccc-test"), user="U0ZHANG")

        assert shared.versions == 2

    @pytest.mark.parametrize(
        ("message", "refreshed"),
        [
            ({"text": "JOB"}, True),
            ({"blocks": [{"type": "section", "text": {"type": "plain_text", "text": "(JOB)"}}]}, True),
            ({"text": "JOB0"}, False),
            ({"attachments": [{"text": "JOB"}]}, False),
            ({"files": [{"name": "JOB"}]}, False),
            ({}, False),
        ],
    )
    def test_what_others_attach_to_it_is_not_the_message(
        self, slack_env: Any, job: str, message: dict[str, Any], refreshed: bool
    ) -> None:
        slack_env.slack.answers["conversations.info"] = [
            {"ok": True, "channel": {"id": "C1", "is_ext_shared": False}}
        ]
        slack_env.slack.answers["users.info"] = [{"ok": True, "user": {"id": "U1"}}]
        click = {
            "type": "block_actions",
            "container": {"type": "message", "is_ephemeral": False, "channel_id": "C1", "message_ts": "1.2"},
            "channel": {"id": "C1"},
            "message": {"ts": "1.2", **json.loads(json.dumps(message).replace("JOB", job))},
            "actions": [{"action_id": "refresh", "value": encode("refresh", [job], "ccc-test")}],
            "response_url": f"{slack_env.slack_url}/commands/T1/2/secret",
        }
        slack_env.function(slack_bot_token="xoxb-1").http(*slack_env.interaction(click))

        (post,) = slack_env.slack.posts
        assert post["replace_original"] is refreshed
        assert post["response_type"] == ("in_channel" if refreshed else "ephemeral")

    def test_it_is_masked_whoever_clicked(self, workspace_env: Any, job: str) -> None:
        workspace_env.build(**MEI)
        shared = share(workspace_env, job)
        workspace_env.press(shared, "refresh", user="U0MEI")

        assert "*****" in json.dumps(shared.blocks)
        assert "this was recorded" not in json.dumps(shared.blocks)


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


MEI = {"full_numbers_users": frozenset({"U0MEI"})}
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


def forge(workspace_env: Any, place: Any, action_id: str, value: str, *, user: str = "U0MEI") -> Any:
    """Press a button that says something else than what we wrote."""
    action: dict[str, object] = {"type": "button", "action_id": action_id, "block_id": "b", "value": value}
    shown = workspace_env.sender.use(place, Usable("", action), user=user)
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
