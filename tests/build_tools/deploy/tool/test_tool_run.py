"""A run of Serverless Devs and its end; the tool here is a script that logs a secret as the real one does."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from callevents_build.deploy.tool.failure import failure_lines
from callevents_build.deploy.tool.run import ToolRun
from callevents_build.deploy.tool.serverless_devs import deploy_template

pytestmark = pytest.mark.socket

TOOL = """\
#!/bin/sh
logs="$serverless_devs_config_home/.s/logs/1"
mkdir -p "$logs"; echo "secret-of-mine" > "$logs/slack.log"
ls -la "$serverless_devs_config_home/.s" > "$SEEN"; cat "$serverless_devs_config_home/.s/set-config.yml" >> "$SEEN"
echo "S_TOKEN: secret-of-mine => secret-of-theirs"
echo "✔ [worker] completed (0.1s)"
%s
"""
CALL = """\
import os, sys
from pathlib import Path
from callevents_build.deploy.tool.serverless_devs import deploy_template
from callevents_build.deploy.tool.failure import failure_lines
run = deploy_template([sys.argv[1]], Path(sys.argv[2]), os.environ, ())
print("\\n".join(failure_lines(run)) if run.status else "well")
sys.exit(run.status)
"""


@pytest.fixture(name="project")
def _project(tmp_path: Path) -> Path:
    for each in ("project/dist", "home/.s/logs", "tmp"):
        (tmp_path / each).mkdir(parents=True)
    (tmp_path / "project/template.yml").write_text("edition: 3.0.0\n")
    (tmp_path / "home/.s/access.yaml").write_text("default: {}\n")
    (tmp_path / "home/.s/set-config.yml").write_text("registry: mine\nanalysis: enable\n")
    return tmp_path / "project"


def environ_of(project: Path) -> dict[str, str]:
    home = project.parent
    return {
        "PATH": os.environ["PATH"], "HOME": str(home / "home"), "TMPDIR": str(home / "tmp"), "SEEN": str(home / "seen"),
        "A_TOKEN": "secret-of-mine",
    }  # fmt: skip


def tool(project: Path, ending: str) -> str:
    path = project.parent / "s"
    path.write_text(TOOL % ending)
    path.chmod(0o755)
    return str(path)


def started(project: Path, ending: str) -> "subprocess.Popen[str]":
    process = subprocess.Popen(
        [sys.executable, "-c", CALL, tool(project, ending), str(project)],
        env=environ_of(project), text=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
    )  # fmt: skip
    assert process.stdout is not None
    assert process.stdout.readline() == "  worker: deployed (0.1s)\n"
    return process


def leftovers(project: Path) -> list[Path]:
    return list((project.parent / "tmp").iterdir())


@pytest.mark.parametrize("status", [0, 3])
def test_the_status_is_kept_and_no_log_is(
    status: int, project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    run = deploy_template([tool(project, f"exit {status}")], project, environ_of(project), ())

    assert (run.status, run.done) == (status, ("worker",))
    assert capsys.readouterr().out == "  worker: deployed (0.1s)\n"
    assert not list((project.parent / "home/.s/logs").iterdir())
    seen = (project.parent / "seen").read_text()
    assert "access.yaml ->" in seen
    # The real tool makes its logs readable by everybody.
    assert [line[:10] for line in seen.splitlines() if line.endswith(" logs")] == ["drwx------"]
    assert seen.endswith("registry: mine\nanalysis: disable\n")


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP, signal.SIGINT])
@pytest.mark.parametrize("ending", ["sleep 60", "trap '' TERM; sleep 60 & sleep 60"])
def test_a_signal_ends_the_tool_and_leaves_nothing(
    number: signal.Signals, ending: str, project: Path
) -> None:
    with started(project, ending) as process:
        process.send_signal(number)
        if "trap" in ending:
            time.sleep(0.3)
            process.send_signal(number)  # the second time there is no waiting
        out, err = process.communicate(timeout=20)

    assert (process.returncode, err) == (128 + number, "")
    assert f"Interrupted ({number.name})" in out
    assert "Done: worker. Not finished: slack, webhook." in out
    assert "make deploy` again" in out
    assert leftovers(project) == []


def test_the_next_run_removes_what_a_killed_one_left(project: Path) -> None:
    with started(project, "sleep 60") as process:
        process.kill()
    (left,) = leftovers(project)
    assert "secret-of-mine" in (left / "home/.s/logs/1/slack.log").read_text()

    with started(project, "exit 0") as process:
        assert process.wait(20) == 0

    assert leftovers(project) == []


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="only Linux ends a child with its parent")
def test_what_a_killed_run_started_does_not_write_on(project: Path) -> None:
    ticks = project.parent / "ticks"
    with started(project, f'while :; do mkdir -p "$logs"; echo x >> {ticks}; sleep 0.05; done') as process:
        while not ticks.exists():
            time.sleep(0.05)
        process.kill()
    time.sleep(0.3)
    before = ticks.read_text()
    time.sleep(0.5)

    assert ticks.read_text() == before


def test_a_folder_that_was_half_removed_goes_too(project: Path) -> None:
    torn = project.parent / "tmp/callevents-deploy-torn"
    torn.mkdir()
    (torn / "slack.log").write_text("secret-of-mine")
    os.utime(torn, (1.0, 1.0))

    with started(project, "exit 0") as process:
        assert process.wait(20) == 0

    assert leftovers(project) == []


def test_a_run_goes_on_when_nobody_reads_its_output(project: Path) -> None:
    with started(
        project, 'sleep 0.3; for i in 1 2 3 4 5 6 7 8 9; do echo "✔ [slack] completed (${i}s)"; done'
    ) as process:
        assert process.stdout is not None
        process.stdout.close()
        process.stdout = None
        assert process.wait(20) == 0
    assert leftovers(project) == []


LOG_UPLOAD = "Created sls: project: p\nUploading code to https://oss-accelerate.aliyuncs.com\n"
LOG_MADE = f"{LOG_UPLOAD}tempCodeBucketToken response: {{}}\nDeploy function use config: {{}}\n"


@pytest.mark.parametrize(
    ("run", "sentence"),
    [
        (ToolRun(101, ("worker",), "slack", "AccessDenied: not yours", log=LOG_UPLOAD),
         "The upload of dist/slack.zip to Function Compute's storage"),
        (ToolRun(101, (), "worker", "Unauthorized: denied by sts or ram", log="Creating sls: project: p\n"),
         "Simple Log Service (SLS) refused the project or logstore for the logs of worker"),
        (ToolRun(101, (), "worker", "AccessDenied: no PassRole", log=LOG_MADE),
         "Function Compute refused the function worker"),
        (ToolRun(101, (), "worker", "InvalidArgument: reserved concurrency over quota", log=LOG_MADE),
         "The function worker is there, its limit of instances was refused, so it runs without one"),
        (ToolRun(101, (), "slack", "connect ETIMEDOUT", log=""), "The function slack was not deployed, or not wholly."),
        (ToolRun(1), "Serverless Devs ended with status 1 before it was done."),
    ],
)  # fmt: skip
def test_what_failed_what_is_done_and_that_a_rerun_is_safe_are_said(run: ToolRun, sentence: str) -> None:
    first, *_, done, rerun = failure_lines(run)

    assert first.startswith(sentence)
    begun = "begun" if run.failed else "finished"
    assert done.startswith(f"Done: {', '.join(run.done) or 'none'}. Not {begun}: ")
    assert "run `make deploy` again" in rerun


@pytest.mark.parametrize(
    ("error", "advice"),
    [
        ("CreateFunction: 409 FunctionAlreadyExists: there already", "somebody else deploys"),
        ("UpdateFunction: 503 ServiceUnavailable: later", "may pass"),
        ("CreateFunction: 429 Throttling: slowly", "may pass"),
        ("read ECONNRESET", "may pass"),
        ("getaddrinfo ENOTFOUND 1.cn-hongkong.fc.aliyuncs.com", "a name cannot be resolved"),
        ("AccessDenied: code: 403, FC service is not enabled for current user", "activate Function Compute"),
        ("CreateFunction: 403 AccessDenied: not authorized", "AliyunFCFullAccess"),
    ],
)
def test_what_to_do_depends_on_the_error_first(error: str, advice: str) -> None:
    _, line, *_ = failure_lines(ToolRun(101, (), "worker", error, log=LOG_MADE))

    assert line.startswith("  → ")
    assert advice in line
