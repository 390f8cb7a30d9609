"""Job ids in any form."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from callevents.calls.job_ids import find_job_ids
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
