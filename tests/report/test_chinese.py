"""Chinese as it is set: full-width punctuation, and no blank between Chinese characters; the words for a chat."""

import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from babel.messages.pofile import read_po

import callevents
from callevents.calls.model import CallSummary
from callevents.cli.terminal import render
from callevents.i18n import Language, gettext_for
from callevents.report.chat import WORDS as CHAT
from callevents.report.text import beside, fill
from callevents.report.viewer import Viewer
from callevents.slack.messages.answer import answer
from tests.report.cases import LANGUAGES, cases

HAN = "[\u3400-\u9fff\u3000-\u303f\uff00-\uffef]"
WRONG = re.compile(rf"{HAN} +{HAN}|{HAN}[,;:!?()]|[,;:!?()] ?{HAN}|{HAN}\.(?!\w)")
CATALOGUE = Path(callevents.__file__).parent / "locale/zh_CN/LC_MESSAGES/callevents.po"
CHINESE = Viewer("zh-CN", "Asia/Shanghai", own_zone="Europe/Berlin")
# Words of a telephone, in both languages.
TELEPHONE: dict[Language, str] = {
    "en": r"hung up|\brang\b|talked|on the line|voice bot|picked up|\bcaller gave up",
    "zh-CN": "挂断|振铃|接听|通话 [0-9]|语音",
}


def wrong(text: str) -> list[str]:
    return [found.group() for line in text.splitlines() for found in WRONG.finditer(line)]


def texts(part: object) -> Iterator[str]:
    if isinstance(part, str):
        yield part
    elif isinstance(part, dict):
        yield from (text for held in part.values() for text in texts(held))
    elif isinstance(part, list):
        yield from (text for held in part for text in texts(held))


def test_the_catalogue_sets_chinese_as_it_is_set() -> None:
    with CATALOGUE.open("rb") as file:
        messages = [message.string for message in read_po(file) if message.id]
    strings = [text for each in messages for text in ([each] if isinstance(each, str) else each)]

    assert {text: found for text in strings if (found := wrong(text))} == {}


def test_the_service_has_one_name() -> None:
    """云联络中心 is the service that answers; 呼叫中心 is the place where people work, whose clocks count."""
    with CATALOGUE.open("rb") as file:
        messages = [(str(message.id), str(message.string)) for message in read_po(file) if message.id]

    assert [id_ for id_, text in messages if "ontact center" in id_ and "云联络中心" not in text] == []
    assert [id_ for id_, text in messages if "呼叫中心" in text and "site" not in id_] == []


@pytest.mark.parametrize("name", cases())
def test_an_answer_does_so_too(name: str) -> None:
    summary = cases()[name]
    message = answer([summary], CHINESE)
    shown = [*texts(message.blocks), message.text, render(summary, "zh-CN", "Asia/Shanghai")]

    assert {text: found for text in shown if (found := wrong(text))} == {}


def test_a_table_does_so_too() -> None:
    message = answer(list(cases().values())[:10], CHINESE)

    assert {text: found for text in [message.text, *texts(message.blocks)] if (found := wrong(text))} == {}


@pytest.mark.parametrize(
    ("words", "value", "text"),
    [
        ("班长 %(name)s 开始辅导", "carol", "班长 carol 开始辅导"),
        ("班长 %(name)s 开始辅导", "张三", "班长张三开始辅导"),
        ("班长 %(name)s 开始辅导", "张三a", "班长张三a 开始辅导"),
        ("班长 %(name)s 开始辅导", "", "班长  开始辅导"),
        ("班长 %(name)s", "a 张 三", "班长 a 张 三"),
        ("supervisor %(name)s", "张三", "supervisor 张三"),
        ("%(name)s 振铃", "100%", "100% 振铃"),
        ("%(name)s 振铃", "%(name)s 三", "%(name)s 三振铃"),
    ],
)
def test_a_blank_stays_but_between_chinese_characters(words: str, value: str, text: str) -> None:
    assert fill(words, {"name": value}) == text


def test_words_beside_one_another() -> None:
    assert [beside("排队", "至今"), beside("排队", "3 秒"), beside("IVR", "至今")] == [
        "排队至今",
        "排队 3 秒",
        "IVR 至今",
    ]


def chat(summary: CallSummary) -> CallSummary:
    return summary._replace(media="chat")


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", cases())
def test_a_chat_is_told_without_a_telephone(name: str, language: Language) -> None:
    message = answer([chat(cases()[name])], Viewer(language, "Asia/Shanghai"))
    blocks = [
        block for block in message.blocks if "UTC+08:00" not in json.dumps(block)
    ]  # the timeline names events

    assert re.findall(TELEPHONE[language], " ".join([message.text, *texts(blocks)])) == []


def test_what_is_worded_for_a_chat_is_a_message_about_a_call() -> None:
    assert [words for words in CHAT if gettext_for("zh-CN")(words) == words] == []
