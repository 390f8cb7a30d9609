"""Job ids in any form."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from callevents.calls.job_ids import Fragment, find_job_ids, is_only_ids, read_job_ids
from callevents.calls.written_job_ids import find_whole_job_ids
from tests.scaling import LINEAR, growth

UUID = "468a63a2-0000-4000-8000-b1ecf726d4be"
JOB = f"job-{UUID}"
OTHER = "job-109634426711871319"
FULL_WIDTH = JOB.translate({ord(each): ord(each) + 0xFEE0 for each in JOB})


@pytest.mark.parametrize(
    ("text", "jobs"),
    [
        (UUID, [JOB]),
        (JOB, [JOB]),
        (JOB.upper(), [JOB]),
        (f"`{JOB}`", [JOB]),
        (f"“{JOB}”，‘{OTHER}’", [JOB, OTHER]),
        (f"《{JOB}》、（{OTHER}）。", [JOB, OTHER]),
        (f"<https://host/calls/{JOB}?x=1|{JOB[:12]}…>", [JOB]),
        (f"<https://host/calls/{JOB}|{JOB}>", [JOB]),
        (f"https://host/?job={JOB.replace('-', '%2D')}&y", [JOB]),
        (f"https%3A%2F%2Fhost%2F{JOB}%3Fx", [JOB]),
        (f"https%253A%252F%252Fhost%252F{JOB.replace('-', '%252D')}", [JOB]),
        (f"job%E2%80%91{UUID}", [JOB]),
        (FULL_WIDTH, [JOB]),
        (JOB.replace("-", "–"), [JOB]),
        (JOB.replace("-", "\N{NON-BREAKING HYPHEN}"), [JOB]),
        (JOB.replace("-", "\N{MINUS SIGN}"), [JOB]),
        (f"\N{ZERO WIDTH SPACE}{JOB[:9]}\N{SOFT HYPHEN}{JOB[9:]}", [JOB]),
        (f"{JOB}\N{NO-BREAK SPACE}{OTHER}", [JOB, OTHER]),
        (f"{OTHER},{JOB};{OTHER}", [OTHER, JOB]),
        (f"{JOB} {UUID.upper()}", [JOB]),
        (f"ch-customer-05700000081-13800000101-1772586009733-{JOB}", [JOB]),
        (f"ch:user:1->2:1772586009733:{OTHER}", [OTHER]),
        (f"{JOB}.wav", [JOB]),
        (f'{{"text": "lost\\n{JOB}, \\u4e2d{OTHER}"}}', [JOB, OTHER]),
        (f"*{JOB}* _{OTHER}_", [JOB, OTHER]),
        ("job-AbC123", ["job-AbC123"]),
        ("why did job-AbC123 end?", ["job-AbC123"]),
        ("job-abcd", ["job-abcd"]),
        ("job-abcd, job-efgh", ["job-abcd", "job-efgh"]),
        ("job-" + "1" * 64, ["job-" + "1" * 64]),
        ("job-" + "1" * 65, []),
        ("job-", []),
        ("job-12", []),
        ("what a job-related job-search", []),
        ("myjob-12345", []),
        (f"{JOB[:20]}…", []),
        (f"{UUID}0", []),
        (f"x-{UUID}", []),
        ("help", []),
        ("", []),
        (f"{JOB[:24]}\n{JOB[24:]}", [JOB]),
        (f"> {JOB[:24]}\n&gt; {JOB[24:]} lost", [JOB]),
        (f"{JOB[:17]}\r\n{JOB[17:]}", [JOB]),
        (f"{JOB[:23]} {JOB[23:]}", [JOB]),
        (f"{UUID[:-6]}\n{UUID[-6:]}", [JOB]),
        (f"{JOB}\n{OTHER}", [JOB, OTHER]),
        (f"{JOB[:-1]}\na call", []),
        (f"{JOB[:-1]} {JOB[-1]}", []),
        (f"{JOB[:13]}<tel:000040008000|0000-4000-8000>-b1ecf726d4be", [JOB]),
        (f"<tel:{OTHER[4:]}|{OTHER[4:]}>", []),
        ("<#C024BE7LR|job-98765432101234567>", []),
        (f"<@U0MEI|{JOB}> <!subteam^S1|@{JOB}>", []),
        (f"{JOB[:12]}*{JOB[12:20]}*{JOB[20:]}", [JOB]),
        (f"{JOB[:12]}_{JOB[12:]}_", [JOB]),
        (f"{OTHER[:-1]}_2.wav", [OTHER[:-1]]),
        (f"{JOB}_2.wav", [JOB]),
        ("why did job-cleanup-28391234 fail?", []),
        ("job-cleanup-28391234", ["job-cleanup-28391234"]),
        ("job-00000000-nothing", ["job-00000000-nothing"]),
        ("job-38d69441", []),
        (UUID.replace("-", ""), []),
        (OTHER[4:], []),
    ],
)
def test_find_job_ids(text: str, jobs: list[str]) -> None:
    assert find_job_ids(text) == jobs


@pytest.mark.parametrize(
    "text",
    ["job-" * 1_250, "job-1" * 1_000, "%" * 5_000, "%41" * 1_650, "job-" + "a" * 5_000, "\ufdfa" * 5_000,
     "12345678-1234-" * 350, ("job-" + "-" * 60) * 75],
)  # fmt: skip
def test_hostile_text_takes_linear_time(text: str) -> None:
    assert find_job_ids(text * 20) == []
    assert growth(find_job_ids, lambda count: text * count, 5) < LINEAR


@given(
    st.lists(st.uuids(), max_size=5, unique=True),
    st.sampled_from([" ", ",", "\n", "|", "、", "%20", "`", "<", "\u2028"]),
)
def test_several_at_once(uuids: list[object], between: str) -> None:
    jobs = [f"job-{uuid}" for uuid in uuids]

    assert find_job_ids(between.join(jobs)) == jobs


@given(st.text())
def test_never_raises(text: str) -> None:
    assert all(job.startswith("job-") for job in find_job_ids(text))


@pytest.mark.parametrize(
    ("text", "fragments"),
    [
        (JOB[:-1], [Fragment(JOB[:-1], "cut")]),
        (JOB[:12], [Fragment(JOB[:12], "cut")]),
        (f"{JOB[:24]}", [Fragment(JOB[:24], "cut")]),
        (f"what of {JOB[:9]}…?", [Fragment(JOB[:9], "cut")]),
        (f"{JOB[:9]}...", [Fragment(JOB[:9], "cut")]),
        (f"{JOB[:9]}****", [Fragment(JOB[:9], "cut")]),
        (f"*{JOB[:12]}*", [Fragment(JOB[:12], "cut")]),
        (UUID[:-1], [Fragment(UUID[:-1], "cut")]),
        (UUID[:13], [Fragment(UUID[:13], "cut")]),
        (f"{JOB[:-1]}x", [Fragment(f"{JOB[:-1]}x", "cut")]),
        (f"{JOB}, {OTHER}, job-1234abcd-55", [Fragment("job-1234abcd-55", "cut")]),
        (f"<https://host/{JOB}|{JOB[:12]}…>", []),
        (f"{JOB[:20]}\n{JOB}", []),
        (UUID.replace("-", ""), [Fragment(UUID.replace("-", ""), "no_hyphens", JOB)]),
        (JOB[:4] + UUID.replace("-", ""), [Fragment(JOB[:4] + UUID.replace("-", ""), "no_hyphens", JOB)]),
        (OTHER[4:], [Fragment(OTHER[4:], "no_prefix", OTHER)]),
        (JOB.replace("-", " "), [Fragment(JOB.replace("-", " "), "no_hyphens", JOB)]),
        (f"lost {JOB.replace('-', '_')}, why?", [Fragment(JOB.replace("-", "_"), "no_hyphens", JOB)]),
        (UUID.upper().replace("-", "_"), [Fragment(UUID.upper().replace("-", "_"), "no_hyphens", JOB)]),
        (f"{UUID.replace('-', '_', 1)}", []),
        (f"{JOB}0", [Fragment(f"{JOB}0", "too_long")]),
        (f"{OTHER} {JOB}x", [Fragment(f"{JOB}x", "too_long")]),
        (f"{JOB} {OTHER[4:]}", []),
        ("13800000101", []),
        ("2026-03-04 20260304-1530", []),
        ("deadbeef", []),
        ("job-abcd", []),
        ("job-related", []),
        ("", []),
    ],
)
def test_what_is_not_whole_is_named(text: str, fragments: list[Fragment]) -> None:
    assert list(read_job_ids(text).fragments) == fragments


@pytest.mark.parametrize(
    ("text", "jobs"),
    [
        (JOB, [JOB]),
        (OTHER, [OTHER]),
        (f"<https://host/?job={JOB.replace('-', '%2D')}|the call>", [JOB]),
        (f"{JOB[:24]}\n{JOB[24:]}", [JOB]),
        (UUID, []),
        ("job-AbC123", []),
        ("job-abcd", []),
        (JOB[:-1], []),
    ],
)
def test_a_program_writes_whole_ids(text: str, jobs: list[str]) -> None:
    assert find_whole_job_ids(text) == jobs


@pytest.mark.parametrize(
    ("text", "only"),
    [
        (JOB, True),
        (f"{JOB}, `{OTHER}`;", True),
        (f"<https://host/{JOB}|{JOB}>", True),
        (JOB[:-1], True),
        (f"what of {JOB}", False),
        (f"{JOB} came", False),
        ("", False),
        (", ;", False),
    ],
)
def test_is_only_ids(text: str, only: bool) -> None:
    assert is_only_ids(text) is only


@given(st.uuids(), st.integers(1, 39), st.sampled_from(["\n", " \n  ", "\r\n> "]))
def test_an_id_broken_anywhere_is_that_id_or_none(uuid: object, where: int, gap: str) -> None:
    job = f"job-{uuid}"

    assert find_job_ids(f"{job[:where]}{gap}{job[where:]}") in ([job], [])


@given(st.uuids(), st.integers(12, 39))
def test_a_cut_id_is_never_looked_up(uuid: object, length: int) -> None:
    piece = f"job-{uuid}"[:length]

    assert read_job_ids(f"what about {piece} now") == ((), (Fragment(piece, "cut"),))
