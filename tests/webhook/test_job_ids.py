import json
import re
from collections.abc import Callable
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from callevents.webhook.job_ids import MAX_MEMBERS_WITHOUT_CALL, job_ids, members_with_calls
from tests.scaling import LINEAR, growth

A = "job-468a63a2-1111-4222-8333-b1ecf726d4be"
B = "job-0b9d7c54-2222-4333-8444-5f0e6a1c9d21"
OLD = "job-109634426711871319"
# JSON in which the id is only seen once it is parsed.
ESCAPED = f'"\\u006a{A[1:]}"'


def written_as_json(text: str, times: int) -> str:
    for _ in range(times):
        text = json.dumps(text)
    return text


FOUND: dict[str, tuple[object, list[str]]] = {
    "alone": (A, [A]),
    "old style": (OLD, [OLD]),
    "upper case": (A.upper(), [A]),
    "mixed case prefix": (A.replace("job", "Job"), [A]),
    "in a sentence": (f"call {A} dropped, then {B}.", [A, B]),
    "in order, once": (f"{B} {A} {B}", [B, A]),
    "touched by Chinese": (f"通话{A}掉线", [A]),
    "after an underscore": (f"通话中断_{A}", [A]),
    "before an underscore": (f"{A}_x", [A]),
    "in brackets and quotes": (f"({A}) <{B}> “{OLD}”", [A, B, OLD]),
    "in a link": (f"https://x.example/calls/{A}?x=1#{B}", [A, B]),
    "percent-encoded neighbours": (f"%22{A}%22", [A]),
    "percent-encoded itself": (quote(A, safe="").replace("job", "%6Aob").replace("-", "%2D"), [A]),
    "percent-encoded twice": (quote(quote(f"q={A}&b", safe=""), safe=""), [A]),
    "percent-encoded in order": (f"%6A{A[1:]} {B}", [A, B]),
    "after an undecoded line feed": (f"first\\n{A}", [A]),
    "after an undecoded letter": (f"\\u4e2d{A}", [A]),
    "in a channel id": (f"ch-customer-0570-138-1795162471285-{A}", [A]),
    "a Java map": (f"{{contactId={A}, queue=sales}}", [A]),
    "a Datadog tag": (f"env:prod,contact_id:{A}", [A]),
    "a file name": (f"{A}.wav", [A]),
    "markdown": (f"`{A}` _{B}_", [A, B]),
    "bold": (f"*{A}*, **{B}** and ***{OLD}", [A, B, OLD]),
    "three levels of JSON": (written_as_json(ESCAPED, 2), [A]),
    "in a key": ({A: 1, "b": {B: 2}}, [A, B]),
    "key before value": ({"a": [A], B: OLD}, [A, B, OLD]),
    "JSON in a string": (json.dumps({"calls": [A], "x": B}), [A, B]),
    "JSON in JSON in JSON": ({"c": json.dumps({"d": json.dumps([json.dumps({"e": A})])})}, [A]),
    "escapes in JSON in a string": ('{"a": "\\u006aob-' + A[4:] + '"}', [A]),
    "pairs": ([["contact_id", A], ["level", "error"]], [A]),
    "another form in a call's field": ({"contactId": "job-2X-77", "job_id": "job-1234"}, ["job-2X-77", "job-1234"]),
    "the usual form in such a field": ({"contact_id": A.upper()}, [A]),
}  # fmt: skip

NOT_FOUND: dict[str, object] = {
    "a word": "job-exporter ccc-job-exporter the job- job",
    "a pod": "nightly-job-28391234-x7k2p",
    "a prefix before": f"x{A}",
    "a dash before": f"-{A}",
    "a digit before": f"7{A}",
    "a uuid alone": A[4:],
    "cut": A[:-1],
    "cut short": A[:20],
    "longer": f"{A}0",
    "masked": f"{A[:-4]}****",
    "masked behind": f"{A}*",
    "masked behind in bold": f"*{A}****** *{A}*0",
    "old style too short": "job-12345678901234",
    "old style too long": "job-123456789012345678901",
    "old style with more": "job-109634426711871319-1 job-109634426711871319_1",
    "old style masked": "job-109634426711871319*",
    "another form in prose": "job-2024X-77",
    "another form in another field": {"job": "job-2024X-77", "name": "job-12345"},
    "a word in a field that means a call": {"job_id": "job-exporter"},
    "a cut id in a field that means a call": {"contactId": A[:-3], "contact_id": A[:16]},
    "a uuid alone in such a field": {"job_id": A[4:]},
    "Kelvin and long s": A.replace("b1", "\u212a1"),
    "other digits": A.replace("1111", "１１１１"),
    "four levels of JSON": written_as_json(ESCAPED, 3),
    "numbers and nothing": [1, 2.5, None, True, {}, []],
}  # fmt: skip


@pytest.mark.parametrize(("value", "expected"), FOUND.values(), ids=FOUND.keys())
def test_an_id_is_found_in_any_form(value: object, expected: list[str]) -> None:
    assert job_ids(value) == expected


@pytest.mark.parametrize("value", NOT_FOUND.values(), ids=NOT_FOUND.keys())
def test_what_is_not_an_id_is_not_found(value: object) -> None:
    assert job_ids(value) == []


def test_several_values_are_read_in_order() -> None:
    assert job_ids(B, {"x": A}, B) == [B, A]


def test_no_nesting_is_too_deep() -> None:
    deep: object = A
    for _ in range(200_000):
        deep = [deep]
    assert job_ids(deep) == [A]


HOSTILE: dict[str, Callable[[int], object]] = {
    "almost ids": lambda size: "job-" * size,
    "ids that go on": lambda size: f"{A}0" * (size // 10),
    "percent signs": lambda size: "%" * size,
    "escapes": lambda size: "%256A%6Fb" * (size // 4),
    "asterisks": lambda size: "*" * size,
    "quotes": lambda size: '"' * size,
    "brackets": lambda size: "[" * size,
    "strings of brackets": lambda size: ['"[[['] * (size // 4),
    "JSON in a string": lambda size: json.dumps([json.dumps([A])] * (size // 20)),
    "keys": lambda size: {f"contact_id{number}": "job-" for number in range(size // 4)},
    "lists in lists": lambda size: [[[]]] * (size // 4),
}  # fmt: skip


@pytest.mark.parametrize("name", HOSTILE)
def test_the_time_grows_with_the_size_and_no_faster(name: str) -> None:
    assert growth(job_ids, HOSTILE[name], 40_000) < LINEAR


json_values = st.recursive(
    st.none()
    | st.booleans()
    | st.floats()
    | st.text()
    | st.sampled_from([A, f"x {B}", quote(OLD), "%", "{", '["']),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=12), inner, max_size=4),
    max_leaves=20,
)


@given(json_values)
def test_what_is_found_has_the_form_of_an_id_and_is_unique(value: object) -> None:
    found = job_ids(value)
    assert len(found) == len(set(found))
    assert all(re.fullmatch(r"job-([0-9a-f-]{36}|[0-9]{15,20})", each) for each in found)


@given(json_values)
def test_wrapping_a_value_as_json_loses_no_id(value: object) -> None:
    assert set(job_ids(value)) <= set(job_ids({"wrapped": json.dumps(value)}))


def test_members_that_name_a_call_are_kept_and_else_the_first_ones() -> None:
    assert members_with_calls([0, {"x": A}, "", [B]]) == [{"x": A}, [B]]
    assert members_with_calls(list(range(5000))) == list(range(MAX_MEMBERS_WITHOUT_CALL))
    assert members_with_calls([]) == []
