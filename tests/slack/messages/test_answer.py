"""Tests for callevents.slack.messages.answer: what stands in an answer, and where."""

import json
import uuid
from collections.abc import Iterator
from typing import Any, get_args

import pytest

from callevents.calls.model import CallLeg, JourneyPhase, NotificationRecord, Outcome
from callevents.calls.summary import summarise
from callevents.report.verdict import verdict
from callevents.report.viewer import Viewer
from callevents.slack.blocks.block_kit import MAX_BLOCKS_CHARS, Message, json_length
from callevents.slack.blocks.buttons import Buttons
from callevents.slack.messages.answer import answer
from callevents.slack.requests.action_value import ActionValue, decode
from callevents_sandbox.fixtures.samples import samples
from tests.report.cases import with_blanks

JOB = "job-468a63a2-0000-4000-8000-b1ecf726d4be"
OTHER = "job-0683418e-84da-44e2-9d6c-c0e48f2942e2"
LANGUAGES = ["en", "zh-CN"]


def pieces(part: Any) -> Iterator[dict[str, Any]]:
    if isinstance(part, dict):
        yield part
        for value in part.values():
            yield from pieces(value)
    elif isinstance(part, list):
        for value in part:
            yield from pieces(value)


def glance(message: Message) -> list[str]:
    """Return the block below the headline as lines: the sentence, the journey, the bar, the id, the facts."""
    parts: Any = message.blocks[1]
    texts = ["".join(str(piece.get("text", "")) for piece in part["elements"]) for part in parts["elements"]]
    return with_blanks("\n".join(texts)).split("\n")


def controls(message: Message) -> list[dict[str, Any]]:
    return [piece for piece in pieces(message.blocks) if "action_id" in piece]


class TestOneCall:
    """One call: verdict, facts, timeline."""

    def test_the_text_is_a_full_sentence_with_the_verdict(self, call: Any) -> None:
        """Screen readers and notifications read only this."""
        assert with_blanks(answer([call()], Viewer()).text) == (
            f"Call {JOB}: Customer answered, talked with alice. They talked for 1 min 58 s."
            " The customer hung up (200, normal end)."
        )
        assert with_blanks(answer([call()], Viewer("zh-CN")).text) == (
            f"通话 {JOB}：客户已接听，与坐席 alice 通话。通话 1 分 58 秒。客户挂断（200，正常结束）。"
        )

    def test_a_glance_is_enough(self, call: Any) -> None:
        """The headline, then the sentence, the journey to scale, the whole id to copy, and the facts."""
        message = answer([call()], Viewer(own_zone="Asia/Shanghai"))
        blocks: list[Any] = message.blocks
        assert blocks[0] == {
            "type": "header",
            "text": {"type": "plain_text", "text": "✅ Customer answered, talked with alice", "emoji": False},
        }
        assert glance(message) == [
            "They talked for 1 min 58 s. The customer hung up (200, normal end).",
            "dialling 5.2 s → rang 7.1 s → alice 1 min 58 s",
            "·▓██████████████████████",
            JOB,
            "Outbound · 057******81 → 138******01 · 4 March 2026, 18:22:11 to 18:24:21 UTC+08:00 · support",
            "Agents: alice@ccc-test · Recording: recording-1.wav",
        ]
        assert {"type": "text", "text": JOB, "style": {"code": True}} in list(pieces(blocks[1]))

    @pytest.mark.parametrize("zone", [None, "Europe/Berlin"])
    def test_another_zone_stands_beside_the_sites(self, call: Any, zone: str | None) -> None:
        """Slack draws the date in the zone of whoever looks."""
        message = answer([call()], Viewer(own_zone=zone))
        dates = [piece for piece in pieces(message.blocks) if piece.get("type") == "date"]
        assert dates == [
            {
                "type": "date",
                "timestamp": 1772619731,
                "format": "{time_secs}",
                "fallback": "18:22:11 UTC+08:00",
            }
        ]
        assert glance(message)[-2].endswith(" UTC+08:00 · support · your time ")

    def test_a_reason_without_a_side_is_not_said_to_have_hung_up(self, call: Any) -> None:
        """Who hung up is not guessed."""
        sentence = glance(answer([call(ended_by=None)], Viewer()))[0]
        assert sentence == "They talked for 1 min 58 s. The records do not say who hung up (200, normal end)."

    @pytest.mark.parametrize(
        ("sides", "shown"),
        [
            (("supervisor",), "Supervisor: bo@i · "),
            (("supervisor", "agent"), "Supervisor: bo@i · "),
            (("agent",), ""),
        ],
    )
    def test_supervisors_are_named_apart(self, call: Any, sides: tuple[Any, ...], shown: str) -> None:
        """The ids of all stand below, to be copied."""
        legs = tuple(CallLeg(side, "bo@i", None, None, None, None, None) for side in sides)
        journey = (JourneyPhase("talk", 0, 5.0, ("bo@i", "alice@ccc-test")),)
        message = answer([call(legs=legs, journey=journey, recordings=())], Viewer(own_zone="Asia/Shanghai"))
        assert glance(message)[-1] == f"{shown}Agents: alice@ccc-test"

    @pytest.mark.parametrize(
        ("direction", "rang", "title"),
        [
            ("internal", "bo@i", "✅ Answered by bo@i"),
            ("internal", "al@i", "✅ Answered"),
            ("internal", None, "✅ Answered"),
            ("inbound", None, "✅ Answered by bo@i"),
        ],
    )
    def test_of_two_agents_who_called_did_not_answer(
        self, call: Any, event: Any, direction: str, rang: str | None, title: str
    ) -> None:
        """The leg of the agent who called may be connected last."""
        events = (event(0, "AgentDialing", agent="bo@i"), event(1, "AgentRinging", agent=rang))
        summary = call(direction=direction, answered_by="bo@i", events=events, legs=(), journey=())
        assert verdict(summary, Viewer()).title == title

    def test_full_numbers_are_shown_with_a_note(self, call: Any) -> None:
        """Who may see them is told that it was recorded."""
        rendered = json.dumps(answer([call()], Viewer(full_numbers=True)).blocks)
        assert "13800000101" in rendered
        assert "this was recorded" in rendered

    @pytest.mark.parametrize("language", LANGUAGES)
    def test_no_number_is_whole_anywhere(self, call: Any, event: Any, language: Any) -> None:
        """Neither in a fact nor in an event nor in the sentence."""
        events = (event(0, "13800000101", agent="13800000101", detail="to 138 0000 0101"),)
        number = "13800000101"
        summary = call(
            events=events,
            answered_by=number,
            agents=(number,),
            recordings=(f"{number}.wav",),
            release_text=number,
        )
        message = answer([summary], Viewer(language))
        assert "0000" not in f"{message.text} {json.dumps(message.blocks)}".replace("0000-4000-8000", "")

    @pytest.mark.parametrize("language", LANGUAGES)
    @pytest.mark.parametrize("count", [5, 20, 300])
    def test_many_who_talked_one_after_the_other_stay_within_the_limits(
        self, call: Any, judges: Any, language: Any, count: int
    ) -> None:
        """The first are named with their shares, the others counted."""
        names = [f"{'客服' * 30}{number}" for number in range(count)]
        second = 1_000_000_000
        legs = tuple(
            CallLeg("agent", name, number * second, number * second, (number + 1) * second, 0.5, 1.0)
            for number, name in enumerate(names)
        )
        customer = CallLeg("customer", None, 0, 0, count * second, None, float(count))
        journey = tuple(
            JourneyPhase("talk", number * second, 1.0, (name,)) for number, name in enumerate(names)
        )
        summary = call(
            legs=(customer, *legs),
            journey=journey,
            agents=tuple(names),
            talk_seconds=float(count),
            direction="inbound",
        )
        message = answer([summary], Viewer(language), buttons=Buttons())
        judges.message(message)
        assert ("more" if language == "en" else "另") in glance(message)[0]

    def test_many_names_are_counted(self, call: Any) -> None:
        """A row of names ends with how many more there are."""
        agents = tuple(f"agent{number}" for number in range(50))
        line = glance(answer([call(agents=agents)], Viewer(own_zone="Asia/Shanghai")))[-1]
        names = line.partition("Agents: ")[2].partition(" · ")[0]
        assert names.startswith("agent0, agent1, ")
        assert names.endswith(f" … {50 - names.count('agent')} more")

    @pytest.mark.parametrize("language", LANGUAGES)
    @pytest.mark.parametrize(
        ("warning", "words"),
        [
            ("contradictory", {"en": "Contradictory", "zh-CN": "矛盾"}),
            ("incomplete", {"en": "Incomplete", "zh-CN": "不完整"}),
            ("unreadable_record", {"en": "cannot be read", "zh-CN": "无法解析"}),
            ("duplicates", {"en": "more than once", "zh-CN": "重复"}),
        ],
    )
    def test_what_is_missing_is_said(
        self, call: Any, language: Any, warning: str, words: dict[str, str]
    ) -> None:
        """Each warning is a sentence with its reason."""
        message = answer([call(warnings=(warning,))], Viewer(language))
        assert words[language] in json.dumps(message.blocks, ensure_ascii=False)

    @pytest.mark.parametrize("language", LANGUAGES)
    def test_no_records_name_the_possible_causes(self, call: Any, language: Any) -> None:
        """An empty result is not "no such call"."""
        message = answer([call(outcome="no_records", events=(), complete=False)], Viewer(language))
        rendered = json.dumps(message.blocks, ensure_ascii=False)
        assert "webhook" in rendered
        assert {"en": "does not prove", "zh-CN": "不代表"}[language] in message.text
        assert rendered.count("rich_text_section") == 5


class TestButtons:
    """Refresh first, Share second, then the rest."""

    def test_their_order_and_what_they_carry(self, call: Any) -> None:
        """Each value says which call of which instance."""
        row = controls(answer([call()], Viewer(), buttons=Buttons(reveal=True)))
        assert [control["action_id"] for control in row] == ["refresh", "share", "more"]
        assert decode(row[0]["value"]) == ActionValue("refresh", (JOB,), "ccc-test")
        assert decode(row[1]["value"]) == ActionValue("share", (JOB,), "ccc-test")
        choices = [(option["text"]["text"], decode(option["value"])) for option in row[2]["options"]]
        assert choices == [
            ("Events as JSON", ActionValue("events", (JOB,), "ccc-test")),
            ("Reveal numbers", ActionValue("reveal", (JOB,), "ccc-test")),
            ("Contact center's console", ActionValue("console")),
            ("Help", ActionValue("help")),
        ]

    def test_only_what_is_allowed_is_offered(self, call: Any) -> None:
        """Nobody is shown a button that would refuse."""
        row = controls(answer([call()], Viewer(), buttons=Buttons(share=False)))
        assert [control["action_id"] for control in row] == ["refresh", "more"]
        assert [option["text"]["text"] for option in row[1]["options"]] == [
            "Events as JSON",
            "Contact center's console",
            "Help",
        ]

    def test_none_where_nobody_could_click(self, call: Any) -> None:
        """A terminal has no buttons."""
        assert not controls(answer([call()], Viewer()))

    @pytest.mark.parametrize(("outcome", "style"), [("in_progress", "primary"), ("answered", None)])
    def test_refresh_stands_out_where_more_will_come(
        self, call: Any, outcome: str, style: str | None
    ) -> None:
        """A call that is over will not change."""
        assert controls(answer([call(outcome=outcome)], Viewer(), buttons=Buttons()))[0].get("style") == style

    def test_each_of_several_calls_can_be_opened(self, call: Any) -> None:
        """One button a call, behind the row that is about all."""
        message = answer([call(), call(job_id=OTHER)], Viewer(), buttons=Buttons())
        row = controls(message)
        assert [control["action_id"] for control in row] == [
            "refresh",
            "share",
            "more",
            "open_call_1",
            "open_call_2",
        ]
        assert decode(row[0]["value"]) == ActionValue("refresh", (JOB, OTHER), "ccc-test")
        assert decode(row[4]["value"]) == ActionValue("open_call", (OTHER,), "ccc-test")

    @pytest.mark.parametrize("count", [1, 5, 6, 10])
    def test_events_and_numbers_are_offered_for_all_calls_however_many(self, call: Any, count: int) -> None:
        """A choice of the menu holds 150 characters, five ids: with more they are buttons."""
        jobs = tuple(f"job-{uuid.UUID(int=number)}" for number in range(count))
        calls = [call(job_id=job) for job in jobs]
        row = controls(answer(calls, Viewer(), buttons=Buttons(reveal=True)))
        menu = next(control for control in row if control["action_id"] == "more")
        values = [decode(each["value"]) for each in (*row, *menu["options"]) if "value" in each]
        about_all = [value.action for value in values if value is not None and value.jobs == jobs]
        assert about_all[:4] == ["refresh", "share", "events", "reveal"]
        assert (len(menu["options"]) == 2) is (count > 5)

    @pytest.mark.parametrize(("length", "choices"), [(128, ["帮助"]), (64, ["云联络中心控制台", "帮助"])])
    def test_ten_calls_with_the_longest_ids_still_have_buttons(
        self, call: Any, judges: Any, length: int, choices: list[str]
    ) -> None:
        """Where a choice of the menu cannot carry them, each call offers it by itself."""
        calls = [call(job_id=f"job-{number}{'x' * 63}", instance_id="i" * length) for number in range(10)]
        message = answer(calls, Viewer("zh-CN"), buttons=Buttons(reveal=True))
        judges.message(message)
        row = controls(message)
        assert len(row) == 13
        assert [option["text"]["text"] for option in row[2]["options"]] == choices

    def test_none_for_ids_that_are_none(self, call: Any) -> None:
        """A button never carries what its click would refuse."""
        assert not controls(answer([call(job_id="<x>")], Viewer(), buttons=Buttons()))


class TestSeveralCalls:
    """From the second call on a table."""

    def test_a_row_has_the_verdict(self, call: Any) -> None:
        """The verdict first, which a phone shows; then the journey, the numbers, the start and the whole id."""
        message = answer([call(), call(job_id=OTHER, outcome="no_records")], Viewer())
        table: Any = next(block for block in message.blocks if block["type"] == "table")
        rows = [[with_blanks(cell["text"]) for cell in row] for row in table["rows"]]
        assert rows[0] == ["No.", "Verdict", "Journey", "Caller → callee", "Start", "Call"]
        assert rows[1] == [
            "1",
            (
                "✅ Customer answered, talked with alice · They talked for 1 min 58 s."
                " The customer hung up (200, normal end)."
            ),
            "dialling 5.2 s → rang 7.1 s → alice 1 min 58 s",
            "Outbound 057******81 → 138******01",
            "2026-03-04 18:22:11 UTC+08:00",
            JOB,
        ]
        assert (rows[2][1], rows[2][-1]) == ("🔎 No records found", OTHER)
        assert message.text.startswith("2 calls: 1 answered, 1 without records\nCall job-")

    def test_more_than_ten_are_counted(self, call: Any, judges: Any) -> None:
        """Nobody looks up more; if so, the rest is not silently gone."""
        message = answer([call()] * 60, Viewer())
        judges.message(message)
        assert "… 50 more calls" in json.dumps(message.blocks, ensure_ascii=False)

    def test_none_at_all_is_a_message_too(self, judges: Any) -> None:
        """Not asked for, but not an accident either."""
        judges.message(answer([], Viewer()))


class TestSharedAndRefreshed:
    """What is said around an answer."""

    def test_who_shared_it(self, call: Any) -> None:
        """The person is named first."""
        message = answer([call()], Viewer(), shared_by="U0MEI")
        assert message.text.startswith("<@U0MEI> shared this answer.\n")
        first: Any = message.blocks[0]
        assert first["elements"][0]["elements"][0] == {"type": "user", "user_id": "U0MEI"}

    def test_an_id_that_is_none_is_not_mentioned(self, call: Any) -> None:
        """Slack names people by id; anything else is left out."""
        assert answer([call()], Viewer(), shared_by="channel>").text == answer([call()], Viewer()).text

    def test_when_it_was_looked_up_again(self, call: Any) -> None:
        """The last line, in each viewer's time."""
        last: Any = answer([call()], Viewer(), updated_at=1772619731.9).blocks[-1]
        words = "Updated <!date^1772619731^{time_secs}|2026-03-04 18:22:11 UTC+08:00>"
        assert last["elements"][0]["text"] == words


@pytest.mark.parametrize("outcome", get_args(Outcome))
def test_every_outcome_has_words_in_every_language(call: Any, judges: Any, outcome: Any) -> None:
    """An emoji, a headline, and never a word that was not translated, whoever hung up."""
    for ended_by in (None, "agent", "customer", "system"):
        summary = call(outcome=outcome, ended_by=ended_by)
        english, chinese = verdict(summary, Viewer("en")), verdict(summary, Viewer("zh-CN"))
        assert english.emoji == chinese.emoji != ""
        assert "" != english.headline != chinese.headline != ""
        assert not set(english.rest) & set(chinese.rest)
        for viewer in (Viewer("en"), Viewer("zh-CN")):
            judges.message(answer([summary], viewer, buttons=Buttons()), parsed=False)


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        (
            {"outcome": "busy", "release_code": 486, "release_text": "Busy Here"},
            "Reason for the hang-up: 486, busy.",
        ),
        (
            {"outcome": "no_answer", "ended_by": "agent", "release_code": 487, "release_text": None},
            "The agent hung up (487, cancelled before it was answered).",
        ),
        (
            {"outcome": "failed", "ended_by": "system", "release_code": 599, "release_text": "Odd"},
            "The system ended the call (599, Odd).",
        ),
        ({"outcome": "queue_timeout"}, "The customer hung up."),
        ({"outcome": "voicemail", "release_code": None, "release_text": None}, "The customer hung up."),
    ],
)
def test_a_call_nobody_answered_says_why(call: Any, changes: dict[str, Any], expected: str) -> None:
    """Who hung up and why, where the headline leaves it open."""
    summary = call(**{"answered_at": None, "answered_by": None, "ring_seconds": None, **changes})
    assert verdict(summary, Viewer()).rest == (expected,)


def test_who_gave_up_is_not_said_twice(call: Any) -> None:
    """The headline says that the caller gave up."""
    summary = call(outcome="abandoned_in_queue", answered_at=None, queue_seconds=32.44, ring_seconds=None)
    (sentence,) = verdict(summary, Viewer()).rest
    assert with_blanks(sentence) == "Waited 32.4 s in the queue."


def test_an_answered_call_without_a_hang_up_says_so(call: Any) -> None:
    """Nobody guesses."""
    summary = call(ended_by=None, release_code=None, release_text=None)
    assert verdict(summary, Viewer()).rest[-1] == "The records do not say who hung up."


def test_ten_thousand_events_are_one_message(call: Any, event: Any, judges: Any) -> None:
    """What does not fit is not built."""
    events = tuple(event(number / 10, "Muted", agent=f"agent{number}@ccc-test") for number in range(10_000))
    judges.message(answer([call(events=events)], Viewer(), buttons=Buttons()))


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("first", range(0, len(samples()) - 10, 5))
def test_in_a_table_of_ten_calls_no_verdict_is_cut(first: int, language: Any) -> None:
    ten = [
        summarise(
            each.job_id,
            "ccc-test",
            [
                NotificationRecord(row.instance_id, row.notification_key, row.notification_type, row.content)
                for row in each.records
            ],
        )
        for each in samples()[first : first + 10]
    ]
    message = answer(ten, Viewer(language), buttons=Buttons(reveal=True))
    rows: Any = next(block["rows"] for block in message.blocks if block["type"] == "table")

    assert [row[2]["text"] for row in rows if row[2]["text"].endswith("…")] == []
    assert json_length(message.blocks) <= MAX_BLOCKS_CHARS
