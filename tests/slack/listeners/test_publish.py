"""Tests for callevents.slack.listeners.publish, in a whole workspace: what everybody in a channel reads."""

import json
from dataclasses import replace
from typing import Any

import pytest

from callevents.slack.requests.action_value import encode
from callevents_sandbox.fixtures.samples import samples
from callevents_sandbox.server.faults import Fault
from tests.slack.listeners.buttons import MEI, WORKER, audited, forge, labels, share


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
            ({"is_channel": True, "is_im": False}, False),
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
