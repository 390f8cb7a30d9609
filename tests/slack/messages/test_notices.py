"""Tests for callevents.slack.messages.notices, waiting, errors and help: every sentence, in both languages."""

import json
from collections.abc import Callable
from functools import partial
from typing import Any, get_args

import pytest

from callevents import errors
from callevents.calls.job_ids import Fragment
from callevents.i18n import Language
from callevents.report.viewer import Viewer
from callevents.slack.blocks.block_kit import Message
from callevents.slack.messages import denials, notices, waiting
from callevents.slack.messages.errors import error_message, reason
from callevents.slack.messages.help import help_message
from callevents.slack.views.modals import notice_view, search_form

JOB = "job-468a63a2-0000-4000-8000-b1ecf726d4be"
LANGUAGES = ["en", "zh-CN"]


def every_error() -> list[type[errors.CallEventsError]]:
    kinds = [errors.CallEventsError]
    for kind in kinds:
        kinds += kind.__subclasses__()
    return [kind for kind in kinds if kind.__module__ == errors.__name__]


def made(kind: type[errors.CallEventsError]) -> errors.CallEventsError:
    if issubclass(kind, errors.SlackThrottled):
        return errors.SlackThrottled(retry_after=1)
    if issubclass(kind, errors.CccThrottled):
        return errors.CccThrottled(request_id="CCC-1")
    if issubclass(kind, errors.SecretUnavailable):
        return errors.SecretUnavailable(request_id="CCC-1", reason="secret reason")
    return kind(request_id="CCC-1", reason="secret reason", names="CCC_ENDPOINT")


NOTICES: dict[str, Callable[[Viewer], Message]] = {
    "no_id": notices.no_id,
    "no_id_in_message": notices.no_id_in_message,
    "too_many": lambda viewer: notices.too_many(12, viewer),
    "not_allowed": lambda viewer: denials.not_allowed(viewer, users=["U1", "x"], usergroups=["S1"]),
    "not_allowed_nobody": denials.not_allowed,
    "guests_denied": denials.guests_denied,
    "permission_check_failed": denials.permission_check_failed,
    "reveal_denied": denials.reveal_denied,
    "no_id_in_form": notices.no_id_in_form,
    "reveal_denied_groups": lambda viewer: denials.reveal_denied(viewer, usergroups=["S1", "<x>"]),
    "reveal_check_failed": denials.reveal_check_failed,
    **{
        f"{operation}_{readers}_{direct}": partial(
            denials.publication_denied, readers, operation, direct=direct
        )
        for operation in ("share", "refresh")
        for readers in get_args(denials.NotInside)
        for direct in (False, True)
    },
    "shared_before": denials.shared_before,
    "still_looking_below": lambda viewer: waiting.still_waiting("calls", [JOB], viewer, replaces=False),
    "still_looking": lambda viewer: waiting.still_waiting("calls", [JOB], viewer),
    "out_of_time": lambda viewer: waiting.out_of_time([JOB] * 12, viewer),
    "unknown_instance": lambda viewer: notices.unknown_instance("x", [f"i{n}" for n in range(40)], viewer),
    "unknown_instance_only": lambda viewer: notices.unknown_instance("x", [], viewer),
    "no_instance": notices.no_instance,
    "expired_button": notices.expired_button,
    "help": lambda viewer: help_message(viewer, instances=["shanghai", "beijing"]),
    "help_short": help_message,
}


@pytest.mark.parametrize("name", NOTICES)
def test_every_notice_is_a_message_in_both_languages(name: str, judges: Any) -> None:
    """Slack takes it, and none is left untranslated."""
    english, chinese = (NOTICES[name](Viewer(language)) for language in ("en", "zh-CN"))
    judges.message(english)
    judges.message(chinese)
    assert english.text != chinese.text


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", NOTICES)
def test_every_notice_fits_a_window(name: str, language: Any, judges: Any) -> None:
    """Where there is no message to answer in, a window says it."""
    viewer = Viewer(language)
    judges.modal(notice_view(NOTICES[name](viewer), viewer))


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", every_error(), ids=lambda kind: kind.__name__)
def test_every_error_says_what_happened_what_to_do_and_the_request_id(
    kind: Any, language: Any, judges: Any
) -> None:
    """Never the reason, which is for the log."""
    error = made(kind)
    message = error_message(error, Viewer(language), "FC-2", jobs=[JOB])
    judges.message(message)
    rendered = message.text + json.dumps(message.blocks, ensure_ascii=False)
    assert (error.request_id or "FC-2") in message.text
    assert JOB in message.text
    assert "secret reason" not in rendered
    assert "%(" not in rendered
    assert reason(error, Viewer(language))


@pytest.mark.parametrize(
    ("kind", "side"),
    [
        (errors.CccTimedOut, "the contact center's side"),
        (errors.CccRefused, "this bot's side"),
        (errors.SettingsError, "this bot's side"),
        (errors.SlackRefused, "Slack's side"),
    ],
)
def test_an_error_names_the_side(kind: Any, side: str) -> None:
    """The person knows whether to wait or to ask."""
    assert side in error_message(kind(), Viewer()).text


def test_a_place_without_a_value_does_not_hide_the_error() -> None:
    """A missing value costs a question mark, not the message."""
    assert "set up correctly: ?." in error_message(errors.SettingsError(), Viewer()).text


def test_whom_to_ask_is_mentioned() -> None:
    """Only by ids that Slack knows."""
    message = denials.not_allowed(Viewer(), users=["U1", "<!channel>"], usergroups=["S1"])
    rendered = json.dumps(message.blocks)
    assert '{"type": "usergroup", "usergroup_id": "S1"}' in rendered
    assert '{"type": "user", "user_id": "U1"}' in rendered
    assert "channel" not in rendered


def test_out_of_time_says_what_to_do_and_keeps_the_id() -> None:
    """Run it again; or set up the worker."""
    message = waiting.out_of_time([JOB], Viewer())
    assert "run it again" in message.text
    assert "CALLEVENTS_WORKER" in json.dumps(message.blocks)
    assert JOB in message.text


def test_what_was_typed_is_repeated_without_effect() -> None:
    """A name is foreign text."""
    message: Message = notices.unknown_instance("<!channel>", ["a"], Viewer())
    assert message.text == "There is no instance called “&lt;!channel&gt;” here. You may choose: a"


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("en", ["CCC workbench", "call ID", "recording"]),
        ("zh-CN", ["云联络中心工作台", "通话 ID", "录音文件名"]),
    ],
)
def test_whoever_has_no_id_is_told_where_it_stands(language: Language, words: list[str]) -> None:
    viewer = Viewer(language)
    cut = [Fragment("job-468a63a2-0000-", "cut")]
    texts = [
        json.dumps(each, ensure_ascii=False)
        for each in (
            notices.no_id(viewer).blocks, notices.no_id_in_message(viewer).blocks, notices.no_id_in_form(viewer).blocks,
            notices.not_whole(cut, viewer).blocks, help_message(viewer).blocks, search_form(viewer),
        )
    ]  # fmt: skip

    assert [word for text in texts for word in words if word not in text] == []
