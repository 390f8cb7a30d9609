"""Tests for callevents.slack.requests.message_text."""

from itertools import pairwise
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from callevents.calls.job_ids import Fragment
from callevents.slack.requests.message_text import MAX_CHARS, job_ids_of

A = "job-468a63a2-1111-4222-8333-b1ecf726d4be"
B = "job-38d69441-2222-4333-8444-0a5b6a5b1c22"
UUID = "cc869fcc-a437-453e-8497-6fcca34711b7"
LINK = f"https://sentry.io/organizations/acme/issues/142/?referrer=slack&amp;notification_uuid={UUID}"


def text(words: str) -> dict[str, Any]:
    return {"type": "mrkdwn", "text": words}


def section(words: str, **more: Any) -> dict[str, Any]:
    return {"type": "section", "text": text(words), **more}


def rich(*elements: Any, kind: str = "rich_text_section") -> dict[str, Any]:
    return {"type": "rich_text", "elements": [{"type": kind, "elements": list(elements)}]}


def piece(words: str, **style: bool) -> dict[str, Any]:
    return {"type": "text", "text": words, **({"style": style} if style else {})}


RAW = {"type": "raw_text", "text": A}
HEADS = [{"type": "raw_text", "text": "call"}]
SHARED = {"is_share": True, "is_msg_unfurl": True}
BUTTON = {
    "type": "button",
    "text": {"type": "plain_text", "text": "Open"},
    "value": f"job-{UUID}",
    "url": f"https://x/{A}",
}
MENU = {
    "type": "static_select",
    "placeholder": {"type": "plain_text", "text": UUID},
    "options": [{"text": {"type": "plain_text", "text": A}, "value": UUID}],
}
IMAGE = {"type": "image", "image_url": f"https://x/{A}.png", "alt_text": A}


@pytest.mark.parametrize(
    "message",
    [
        {"text": A},
        {"blocks": [section(A)]},
        {"blocks": [section("an alert", fields=[text(f"*Job*\n`{A}`")])]},
        {"blocks": [{"type": "header", "text": {"type": "plain_text", "text": A}}]},
        {"blocks": [{"type": "context", "elements": [IMAGE, text(A)]}]},
        {"blocks": [{"type": "markdown", "text": f"**call** [{A}](https://x)"}]},
        {"blocks": [rich(piece("call "), piece(A, code=True))]},
        {"blocks": [rich(piece(A), kind="rich_text_preformatted")]},
        {"blocks": [{"type": "rich_text", "elements": [
            {"type": "rich_text_list", "elements": [rich(piece(A))["elements"][0]]}
        ]}]},
        {"blocks": [rich(piece(A[:12]), piece(A[12:20], bold=True), piece(A[20:], italic=True))]},
        {"blocks": [rich(piece(A[:13]), {"type": "link", "url": "tel:111142228333", "text": A[13:27]}, piece(A[27:]))]},
        {"blocks": [rich(piece(A[:13]), {"type": "link", "url": f"tel:{A[13:27]}"}, piece(A[27:]))]},
        {"blocks": [rich({"type": "link", "url": f"https://x/calls/{A}"})]},
        {"blocks": [section(f"{A[:13]}<tel:111142228333|{A[13:27]}>{A[27:]}")]},
        {"blocks": [section(f"<https://x/calls/{A}|the call>")]},
        {"blocks": [{"type": "table", "rows": [[HEADS[0]], [RAW]]}]},
        {"blocks": [{"type": "table", "rows": [[rich(piece(A))]]}]},
        {"blocks": [{"type": "data_table", "caption": "calls", "rows": [HEADS, [RAW]]}]},
        {"blocks": [{"type": "container", "title": "x", "child_blocks": [section(A)]}]},
        {"blocks": [{"type": "container", "title": {"type": "plain_text", "text": A}, "child_blocks": []}]},
        {"blocks": [{"type": "card", "title": text(A)}]},
        {"blocks": [{"type": "carousel", "elements": [{"type": "card", "body": text(A)}]}]},
        {"attachments": [{"id": 1, "fallback": "[no preview available]", "blocks": [
            {"type": "table", "rows": [HEADS, [RAW]]}
        ]}]},
        {"attachments": [{**SHARED, "text": f"call {A} dropped", "fallback": "…"}]},
        {"attachments": [{**SHARED, "message_blocks": [{"message": {"blocks": [section(A)]}}]}]},
        {"attachments": [{**SHARED, "attachments": [{"text": A}]}]},
        {"attachments": [{**SHARED, "files": [{"id": "F1", "name": f"{A}.wav"}]}]},
        {"attachments": [{"fields": [{"title": "job", "value": A}]}]},
        {"attachments": [{"title": "An alert", "title_link": f"https://x/calls/{A}"}]},
        {"attachments": [{"fallback": A}]},
        {"files": [{"id": "F1", "name": f"{A}.wav"}]},
        {"files": [{"id": "F1", "name": "a.wav", "title": A}]},
    ],
)  # fmt: skip
@pytest.mark.parametrize("author", [{"user": "U1"}, {"bot_id": "B1"}])
def test_an_id_is_found_wherever_people_see_it(message: dict[str, Any], author: dict[str, str]) -> None:
    assert job_ids_of(message | author) == ((A,), ())


@pytest.mark.parametrize(
    "message",
    [
        {"text": "<#C024BE7LR|job-98765432101234567> <@U1|job-98765432101234567>"},
        {
            "blocks": [
                {"type": "actions", "block_id": A, "elements": [BUTTON, MENU, {**BUTTON, "action_id": A}]}
            ]
        },
        {
            "blocks": [
                section("x", accessory=BUTTON),
                section("y", accessory=MENU),
                section("z", accessory=IMAGE),
            ]
        },
        {"blocks": [IMAGE, {"type": "section", "block_id": A, "text": text("x")}]},
        {"blocks": [{"type": "context", "elements": [IMAGE]}]},
        {"blocks": [rich({"type": "channel", "channel_id": "C1"}, {"type": "user", "user_id": A})]},
        {"attachments": [{"text": "x", "image_url": f"https://x/{A}", "thumb_url": f"https://x/{A}"}]},
        {"attachments": [{"callback_id": A, "text": "x", "actions": [{"name": A, "value": A, "text": "x"}]}]},
        {"attachments": [{"fallback": A, "text": "call"}]},
        {"metadata": {"event_payload": {"job": A}}, "text": "x"},
        {
            "files": [
                {"id": "F1", "name": "a.wav", "url_private": f"https://x/{A}", "permalink": f"https://x/{A}"}
            ]
        },
    ],
)
@pytest.mark.parametrize("author", [{"user": "U1"}, {"bot_id": "B1"}])
def test_what_nobody_reads_is_no_id(message: dict[str, Any], author: dict[str, str]) -> None:
    assert job_ids_of(message | author) == ((), ())


@pytest.mark.parametrize(
    ("message", "jobs"),
    [
        ({"text": f"CallDropped {A}", "attachments": [{"blocks": [section(f"<{LINK}|CallDropped>")]}]}, (A,)),
        ({"text": f"CallDropped {A} trace {UUID} job-cleanup-28391234 job-AbC123"}, (A,)),
        ({"text": f"CallDropped {UUID}"}, (f"job-{UUID}",)),
        ({"text": "CallDropped job-AbC123"}, ("job-AbC123",)),
        ({"text": "job-cleanup-28391234"}, ()),
        ({"text": f"<{LINK}|CallDropped>"}, ()),
        ({"text": f"see {LINK}"}, ()),
        ({"blocks": [rich({"type": "link", "url": LINK, "text": "CallDropped"})]}, ()),
        ({"text": f"<https://x/{UUID}/{A}|call> {B}"}, (B, A)),
    ],
)
def test_another_apps_message_is_read_strictly(message: dict[str, Any], jobs: tuple[str, ...]) -> None:
    assert set(job_ids_of({"bot_id": "B1", **message}).whole) == set(jobs)


@pytest.mark.parametrize(
    ("message", "jobs"),
    [
        ({"text": f"{A} and {UUID}"}, (A, f"job-{UUID}")),
        ({"text": A, "attachments": [{"from_url": LINK, "service_name": "Sentry", "text": UUID}]}, (A,)),
        ({"text": A, "attachments": [{"bot_id": "B1", "text": f"{B} {UUID}"}]}, (A, B)),
        ({"text": A, "attachments": [{**SHARED, "text": UUID}]}, (A, f"job-{UUID}")),
        ({"text": A, "attachments": [{**SHARED, "bot_id": "B1", "text": UUID}]}, (A,)),
        ({"text": "these", "files": [{"name": f"{UUID}.wav"}]}, (f"job-{UUID}",)),
        ({"text": A, "files": [{"name": f"{UUID}.png"}]}, (A,)),
    ],
)
def test_a_persons_message_is_read_generously_and_what_hangs_on_it_strictly(
    message: dict[str, Any], jobs: tuple[str, ...]
) -> None:
    assert job_ids_of({"user": "U1", **message}).whole == jobs


def test_a_mention_that_a_tool_posts_for_a_person_is_a_persons() -> None:
    assert job_ids_of({"user": "U1", "bot_id": "B1", "text": f"{A} {UUID}"}, typed=True).whole == (
        A,
        f"job-{UUID}",
    )


def test_cut_ids_are_named_but_for_the_beginning_of_a_whole_one() -> None:
    message = {"text": f"{A[:20]}… {B[:20]}…", "attachments": [{"bot_id": "B1", "text": A}]}

    assert job_ids_of(message) == ((A,), (Fragment(B[:20], "cut"),))
    assert job_ids_of({"bot_id": "B1", "text": f"{A[:20]}…"}) == ((), (Fragment(A[:20], "cut"),))


def test_cells_and_lines_do_not_run_together() -> None:
    rows = [[{"type": "raw_text", "text": f"{A}"}, {"type": "raw_text", "text": "57"}], [RAW]]

    assert job_ids_of({"blocks": [{"type": "table", "rows": rows}]}).whole == (A,)


@given(st.uuids(), st.lists(st.integers(0, 40), max_size=4), st.booleans())
def test_however_an_id_is_styled_it_is_one(uuid: object, cuts: list[int], by_app: bool) -> None:
    job = f"job-{uuid}"
    places = [0, *sorted(cuts), len(job)]
    pieces = [job[start:end] for start, end in pairwise(places)]
    elements = [piece(words, bold=bool(number % 2)) for number, words in enumerate(pieces)]
    author = {"bot_id": "B1"} if by_app else {"user": "U1"}

    assert job_ids_of({**author, "blocks": [rich(piece("call "), *elements, piece(" dropped"))]}) == (
        (job,),
        (),
    )


@pytest.mark.parametrize("room", [17, 20, 25])
def test_an_id_that_is_cut_where_reading_ends_is_none(room: int) -> None:
    number = "job-109634426711871319"
    message = {"text": f"{A} {'.' * (MAX_CHARS - len(A) - 1 - room)}{number} and more"}

    assert job_ids_of(message).whole == ((A, number) if room > len(number) else (A,))


NAMES = (
    "type", "text", "blocks", "elements", "attachments", "files", "fields", "message_blocks", "message", "rows",
    "bot_id", "child_blocks", "title", "url", "name", "value", "is_share", "fallback", "subtype",
)  # fmt: skip
KINDS = (
    "rich_text",
    "rich_text_section",
    "link",
    "text",
    "section",
    "table",
    "button",
    "image",
    "mrkdwn",
    "container",
)
JSONS = st.recursive(
    st.none() | st.integers() | st.sampled_from([A, UUID, *KINDS]) | st.text(max_size=9),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.sampled_from(NAMES), inner, max_size=5),
    max_leaves=20,
)


@given(st.dictionaries(st.sampled_from(NAMES), JSONS, max_size=6))
@example({"blocks": [{"type": "rich_text_section", "elements": [{"type": ["text"], "text": A}]}]})
def test_any_json_is_read(message: dict[str, Any]) -> None:
    assert all(job.startswith("job-") for job in job_ids_of(message).whole)


@pytest.mark.parametrize("key", ["attachments", "blocks", "elements", "child_blocks"])
def test_no_nesting_is_too_deep(key: str) -> None:
    message: dict[str, Any] = {"text": A}
    for _ in range(500):
        message = {key: [message]}

    assert job_ids_of(message).whole in {(), (A,)}
