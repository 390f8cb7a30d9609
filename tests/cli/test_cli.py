"""`callevents lookup` as a person runs it: a process of its own, against the sandbox's contact center."""

import json
import os
import re
import signal
import subprocess
import sys
import time
from importlib.metadata import version

import pytest

from callevents.calls.model import NotificationRecord
from callevents.calls.summary import summarise
from callevents.cli.screen import Screen
from callevents.cli.terminal import render
from callevents.settings.variables import VARIABLES
from callevents_sandbox import ccc
from callevents_sandbox.fixtures.samples import Record, Sample, sample, samples
from callevents_sandbox.server.faults import Fault
from tests.cli.command import COMMAND, run, run_in_shell

KEYS = [
    "job_id", "instance_id", "sources", "direction", "media", "outcome", "started_at", "answered_at",
    "answered_by", "ended_at", "queue_seconds", "ring_seconds", "talk_seconds", "hold_seconds", "ended_by",
    "release_code", "release_text", "caller", "callee", "agents", "skill_groups", "transfers", "recordings", "legs",
    "journey", "complete",
    "warnings", "events",
]  # fmt: skip
CUT = "job-468a63a2-1111-4222-8333-b1ecf726d4b"
WHOLE = "job-98b78417-1111-4222-8333-000000000001"


@pytest.mark.parametrize(
    "each", [each for each in samples() if each.name != "few-event-types"], ids=lambda each: each.name
)
def test_every_sample_call_has_an_outcome(each: Sample) -> None:
    records = [NotificationRecord(*record.document().values()) for record in each.records]  # type: ignore[arg-type] # four texts

    assert summarise(each.job_id, "ccc-test", records).outcome not in {"no_records", "unknown"}


def test_json_has_exactly_the_documented_keys_one_object_per_id_in_the_order_asked(
    environ: dict[str, str],
) -> None:
    first, second = sample("blind-transfer").job_id, sample("agent-outbound").job_id

    done = run(
        "lookup", environ, second, f"<https://example.com/{first}|the call>", "job-00000000-nothing", "--json"
    )

    assert (0, "") == (done.returncode, done.stderr)
    found = json.loads(done.stdout)
    assert [second, first, "job-00000000-nothing"] == [call["job_id"] for call in found]
    assert [KEYS] * 3 == [list(call) for call in found]
    assert "no_records" == found[2]["outcome"]
    assert done.stdout.isascii()


def test_a_call_without_records_comes_from_its_detail_record(
    environ: dict[str, str], center: ccc.ContactCenter
) -> None:
    center.faults.add(Fault("no_records", times=None))
    job, unknown = sample("inbound-ivr").job_id, "job-468a63a2-1111-4222-8333-0000000000ff"

    (found, missing) = json.loads(run("lookup", environ, job, unknown, "--json").stdout)
    assert KEYS == list(found)
    assert (found["sources"], found["outcome"]) == (["detail_record"], "answered")
    assert "Wang" not in json.dumps(found)
    assert (missing["sources"], missing["outcome"]) == ([], "no_records")

    text = run("lookup", environ, job, unknown).stdout
    assert re.search(r"^✅ Answered by alice \([A-Z][a-z]+ [A-Z][a-z]+\)$", text, re.MULTILINE)
    assert "This comes from its call detail record" in text
    assert "There is no call detail record of it either." in text
    (off,) = json.loads(run("lookup", environ | {"CALLEVENTS_DETAIL_RECORD": "false"}, job, "--json").stdout)
    assert off["sources"] == []


def test_a_refused_detail_record_leaves_an_answer(environ: dict[str, str], center: ccc.ContactCenter) -> None:
    center.faults.add(Fault("no_records", times=None))
    center.faults.add(Fault("no_permission", times=None, match="GetCallDetailRecord"))

    done = run("lookup", environ, sample("inbound-ivr").job_id)

    assert done.returncode == 3  # there are no records, and it says so
    assert "No records found" in done.stdout
    assert "This bot is not allowed to read its call detail record" in done.stdout


def test_numbers_are_masked_unless_asked_for(environ: dict[str, str]) -> None:
    job = sample("agent-outbound").job_id

    masked, full = (
        run("lookup", environ, job, "--json").stdout,
        run("lookup", environ, job, "--json", "--full-numbers").stdout,
    )

    assert "13800000101" in full
    assert "13800000101" not in masked
    assert "138******01" in masked


def test_without_json_a_person_reads_verdict_facts_and_timeline(environ: dict[str, str]) -> None:
    done = run("lookup", environ, sample("blind-transfer").job_id)

    assert 0 == done.returncode
    assert done.stdout.startswith(
        "✅ Answered by alice, then bob\nThey talked for 2 min 9 s: alice 55.3 s, bob 1 min 13 s."
    )
    assert (
        "\nIVR 9.3 s → queue 4.2 s → rang (alice) 5.2 s → alice 55.3 s → rang (bob) 6.2 s → bob 1 min 13 s\n"
        in done.stdout
    )
    assert "+01:14.145" in done.stdout
    assert "\x1b" not in done.stdout
    assert "138******01" in done.stdout


@pytest.mark.parametrize(
    ("change", "headline"),
    [
        ({"CALLEVENTS_LANGUAGE": "zh-CN"}, "✅ 已由坐席 alice 接听，随后由 bob 接手"),
        ({"LANG": "zh_CN.UTF-8"}, "✅ 已由坐席 alice 接听，随后由 bob 接手"),
        ({"LANG": "zh_CN.UTF-8", "LC_ALL": "en_GB.UTF-8"}, "✅ Answered by alice, then bob"),
        ({"LANG": "zh_CN.UTF-8", "CALLEVENTS_LANGUAGE": "en"}, "✅ Answered by alice, then bob"),
    ],
)
def test_a_person_reads_their_own_language(
    environ: dict[str, str], change: dict[str, str], headline: str
) -> None:
    done = run("lookup", {**environ, "PYTHONIOENCODING": "utf-8"} | change, sample("blind-transfer").job_id)

    assert done.stdout.splitlines()[0] == headline


def test_missing_records_are_explained_in_words(center: ccc.ContactCenter, environ: dict[str, str]) -> None:
    job = "job-0badc0de-0000-4000-8000-000000000002"
    center.add([Record("ccc-test", job, "Dialing", "{")])

    done = run("lookup", environ, job, "job-0badc0de-0000-4000-8000-000000000003")

    assert "Incomplete: the records do not show how it ended" in done.stdout
    assert "Some records cannot be read" in done.stdout
    assert "Possible causes:\n  - The id is wrong" in done.stdout
    assert not re.search("unreadable_record|incomplete", done.stdout)


def test_hostile_content_stays_within_its_line(center: ccc.ContactCenter, environ: dict[str, str]) -> None:
    job = "job-0badc0de-0000-4000-8000-000000000001"
    content = {
        "eventTime": "2026-03-04T10:22:31.870Z",
        "releaseReason": "486 - \x1b[2J\r\nBusy\u202e\u2028x",
        "channelId": "ch-customer-1",
        "agentId": "\x07bell@x",
    }
    center.add([Record("ccc-test", job, "Rel\x1beased", json.dumps(content))])

    done = run("lookup", environ, job)

    assert 0 == done.returncode
    assert not re.search("[\x00-\x09\x0b-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e]", done.stdout)


def test_colour_adds_nothing_but_colour() -> None:
    records = [NotificationRecord(*each.document().values()) for each in sample("inbound-ivr").records]  # type: ignore[arg-type] # four texts
    summary = summarise(sample("inbound-ivr").job_id, "ccc-test", records)

    plain = render(summary, "en", "Asia/Shanghai")
    coloured = render(summary, "en", "Asia/Shanghai", Screen(colour=True))

    assert "\x1b[" not in plain
    assert plain == re.sub(r"\x1b\[\d+m", "", coloured)
    assert plain != coloured


@pytest.mark.parametrize(
    ("change", "arguments", "status", "says"),
    [
        ({}, ["nonsense"], 2, "Not a job id"),
        ({}, ["\x1b[2J"], 2, "Not a job id"),
        (
            {},
            ["job-468a63a2-1111-4222-", "8333-b1ecf726d4be"],
            2,
            '"job-468a63a2-1111-4222-" is not a whole job id',
        ),
        ({}, [f"{CUT} {WHOLE}"], 2, f'"{CUT}" is not a whole job id: it looks cut off.'),
        ({}, ["109634426711871319"], 2, "ask for job-109634426711871319."),
        (
            {},
            [f"{CUT}e".replace("-", "")[3:]],
            2,
            f'The hyphens are missing in "{f"{CUT}e".replace("-", "")[3:]}": ask for {CUT}e.',
        ),
        ({"ALIBABA_CLOUD_ACCESS_KEY_SECRET": "wrong"}, [], 1, "refused this access key. `callevents doctor`"),
        ({"ALIBABA_CLOUD_ACCESS_KEY_ID": ""}, [], 1, "Set ALIBABA_CLOUD_ACCESS_KEY_ID and ALIBABA_CLOUD_"),
        ({"CCC_INSTANCE_ID": ""}, [], 1, "Not set, or not valid: CCC_INSTANCE_ID. `callevents doctor`"),
        ({"CCC_INSTANCE_ID": "ccc-other"}, [], 1, "no instance of that name"),
        ({"CCC_ENDPOINT": "http://ccc.example.com"}, [], 1, "CCC_ENDPOINT"),
        ({"CCC_ENDPOINT": "http://127.0.0.1:9"}, [], 1, "cannot be reached"),
        (
            {"CCC_INSTANCES": "two=ccc-two"},
            ["--instance", "other"],
            2,
            '"other". CCC_INSTANCE_ID and CCC_INSTANCES',
        ),
        ({"CCC_INSTANCES": "two=ccc-two"}, ["--instance", "\x1b[2J"], 2, "name: ccc-test, two."),
    ],
)
def test_each_failure_is_a_sentence_and_a_code(
    environ: dict[str, str], change: dict[str, str], arguments: list[str], status: int, says: str
) -> None:
    jobs = [sample("agent-outbound").job_id] if status == 1 or "--instance" in arguments else []

    done = run("lookup", environ | change, *jobs, *arguments)

    assert status == done.returncode
    assert says in done.stderr
    assert "Traceback" not in done.stderr
    assert "\x1b" not in done.stderr
    assert "" == done.stdout


@pytest.mark.parametrize(
    ("endpoint", "says"),
    [
        (
            "https://ccc.cn-shanghi.invalid",
            "ccc.cn-shanghi.invalid cannot be reached: its name cannot be resolved.",
        ),
        ("http://127.0.0.1:9", "127.0.0.1:9 cannot be reached: nothing answers at its port."),
    ],
)
def test_a_host_that_cannot_be_reached_is_named_with_the_reason(
    environ: dict[str, str], endpoint: str, says: str
) -> None:
    done = run("lookup", environ | {"CCC_ENDPOINT": endpoint}, sample("agent-outbound").job_id)

    assert 1 == done.returncode
    assert says in done.stderr
    assert "CCC_ENDPOINT" in done.stderr
    assert "HTTPS_PROXY" in done.stderr
    assert "Nothing is wrong with your request" not in done.stderr


def test_a_wrong_setting_is_named_with_its_form(environ: dict[str, str]) -> None:
    for zone in ("asia/shanghai", "UTC+8"):
        done = run("lookup", environ | {"CALLEVENTS_TIMEZONE": zone}, sample("agent-outbound").job_id)

        assert 1 == done.returncode
        assert (
            "CALLEVENTS_TIMEZONE: it must be a time zone by its name, with its capitals: Asia/Shanghai"
            in done.stderr
        )
        assert f"={zone}" not in done.stderr


def test_no_records_have_an_exit_status_of_their_own(environ: dict[str, str]) -> None:
    nothing, call = "job-00000000-0000-4000-8000-000000000009", sample("agent-outbound").job_id

    assert [run("lookup", environ, *jobs, "--json").returncode for jobs in ([nothing], [nothing, call])] == [
        3,
        0,
    ]


@pytest.mark.parametrize(
    ("given", "status"),
    [(b"call {0} dropped\n\xff\n{1}\n{0}\n", 0), (b"", 2), (b"nothing here\n", 2)],
)
def test_ids_come_from_standard_input_too(environ: dict[str, str], given: bytes, status: int) -> None:
    jobs = [sample("blind-transfer").job_id, sample("agent-outbound").job_id]
    for number, job in enumerate(jobs):
        given = given.replace(b"{%d}" % number, job.encode())

    done = subprocess.run(
        [str(COMMAND), "lookup", "--json", "-"],
        env=environ,
        input=given,
        capture_output=True,
        check=False,
        timeout=60,
    )

    assert status == done.returncode
    found = [call["job_id"] for call in json.loads(done.stdout)] if not status else []
    assert found == ([] if status else jobs)
    assert (b"Not a job id" in done.stderr) == (status == 2)


@pytest.mark.parametrize("command", [[], ["lookup"], ["doctor"]])
def test_the_help_has_the_variables_the_exit_codes_and_an_example_that_can_be_pasted(
    command: list[str],
) -> None:
    done = run_in_shell(" ".join(["callevents", *command, "--help"]), {"COLUMNS": "120"})

    assert done.returncode == 0
    for name in re.findall(r"\b(?:CCC|ALIBABA|CALLEVENTS)_[A-Z_]+\b", done.stdout):
        assert name in {variable.name for variable in VARIABLES}
    assert all(f"\n  {status}  " in done.stdout for status in (0, 1, 2, 3))
    assert re.search(r"callevents lookup job-[0-9a-f-]{36} ", done.stdout)
    assert "通话 ID" in done.stdout


def test_it_tells_its_version() -> None:
    assert run("--version", {}).stdout == f"callevents {version('callevents')}\n"


@pytest.mark.parametrize("module", [["callevents.cli", "doctor"], ["callevents_build", "doctor"]])
def test_a_doctor_whose_reader_has_gone_ends_without_a_traceback(module: list[str]) -> None:
    line = f"'{sys.executable}' -m {' '.join(module)} | true"
    environ = {
        "PATH": os.environ["PATH"],
        "CCC_ENDPOINT": "http://127.0.0.1:9",
        "SLACK_API_URL": "http://127.0.0.1:9/",
    }

    assert run_in_shell(line, environ).stderr == ""


@pytest.mark.parametrize("language", ["en", "zh-CN"])
def test_a_terminal_that_knows_ascii_only_gets_ascii(environ: dict[str, str], language: str) -> None:
    change = {"CALLEVENTS_LANGUAGE": language, "PYTHONIOENCODING": "ascii"}

    done = run("lookup", environ | change, sample("blind-transfer").job_id)

    assert (0, "") == (done.returncode, done.stderr)
    assert "alice" in done.stdout
    assert done.stdout.isascii()


@pytest.mark.parametrize(
    ("redirection", "errors"),
    [
        ("| head -c 1", ""),
        ("> /dev/full", "The answer cannot be written: No space left on device.\n"),
        (">&-", "The answer cannot be written: standard output is closed.\n"),
        (">&- 2>&-", ""),
    ],
)
def test_output_that_cannot_be_written_is_no_traceback(
    environ: dict[str, str], redirection: str, errors: str
) -> None:
    jobs = " ".join(each.job_id for each in samples())  # more than a pipe holds

    done = run_in_shell(f"callevents lookup --json {jobs} {redirection}", {**os.environ, **environ})

    assert errors == done.stderr


def test_a_closed_standard_error_does_not_stop_the_answer(environ: dict[str, str]) -> None:
    job = sample("agent-outbound").job_id

    line = f"callevents lookup {job} 2>&-; callevents lookup nonsense 2>&-; echo $?"
    done = run_in_shell(line, {**os.environ, **environ})

    assert job in done.stdout
    assert done.stdout.endswith("\n2\n")


# A shell has its background jobs ignore Ctrl-C, and so would these tests.
INTERRUPTIBLE = """
import os, signal, sys
signal.signal(signal.SIGINT, signal.SIG_DFL)
os.execv(sys.argv[1], sys.argv[1:])
"""


def test_ctrl_c_ends_it_without_output(center: ccc.ContactCenter, environ: dict[str, str]) -> None:
    center.faults.add(Fault("hang"))
    with subprocess.Popen(
        [sys.executable, "-c", INTERRUPTIBLE, str(COMMAND), "lookup", sample("agent-outbound").job_id],
        env=environ,
        stderr=subprocess.PIPE,
    ) as process:
        while center.faults.waiting() and process.poll() is None:
            time.sleep(0.01)
        process.send_signal(signal.SIGINT)
        _, errors = process.communicate(timeout=60)

    assert (130, b"") == (process.returncode, errors)


def test_it_retries_as_the_functions_do(center: ccc.ContactCenter, environ: dict[str, str]) -> None:
    center.faults.add(Fault("unavailable"))

    done = run("lookup", environ, sample("agent-outbound").job_id, "--json")

    assert 0 == done.returncode


def test_the_security_token_is_not_printed(environ: dict[str, str]) -> None:
    token = {
        "ALIBABA_CLOUD_ACCESS_KEY_ID": ccc.TEMPORARY_KEY.id,
        "ALIBABA_CLOUD_SECURITY_TOKEN": str(ccc.TEMPORARY_KEY.token),
    }

    done = run("lookup", environ | token, sample("agent-outbound").job_id)

    assert 1 == done.returncode  # the secret is not the one that belongs to the token
    assert str(ccc.TEMPORARY_KEY.token) not in done.stdout + done.stderr
    assert "StringToSign" not in done.stderr
