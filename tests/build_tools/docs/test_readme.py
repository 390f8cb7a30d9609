"""CI or a test runs every command that a document names."""

import json
import os
import re
import subprocess
from pathlib import Path

from tests.build_tools.docs.documents import FILES, ROOT, blocks, read

CI = (ROOT / ".ci/run").read_text("utf-8")
MAKEFILE = (ROOT / "Makefile").read_text("utf-8")
# What needs an account, and what stands in for it here.
BY_A_TEST = {"aliyun": "test_the_roles_are_made_as_it_says", "s": "build_tools/test_serverless_devs.py"}


def commands(text: str) -> set[str]:
    """Return the first words of all commands that *text* names: for make with its target, else the program."""
    lines = [line.strip() for block in blocks(text) for line in block.splitlines()]
    lines += re.findall(r"`((?:make|s|\.venv/bin/\w+) [^`]+)`", text)
    found = set()
    for line in lines:
        words = [word for word in line.partition("#")[0].split() if not re.match(r"\w+=", word)]
        if words and words[0] not in {"export", "for", "done"}:
            found.add(" ".join(words[:2]) if words[0] in {"make", ".venv/bin/callevents"} else words[0])
    return found


def run_by_ci() -> set[str]:
    """Return what .ci/run runs, loops over make's targets unrolled, and targets that only stand for others."""
    found = commands(f"```sh\n{CI}```")
    for targets in re.findall(r"^for target in (.*); do$", CI, re.MULTILINE):
        found |= {f"make {target}" for target in targets.split()}
    for target, parts in re.findall(r"^([a-z]+):((?: [a-z]+)+)  ##", MAKEFILE, re.MULTILINE):
        if {f"make {part}" for part in parts.split()} <= found:
            found.add(f"make {target}")
    return found


def test_ci_or_a_test_runs_every_command_that_is_named() -> None:
    named = {command for name in FILES for command in commands(read(name))}

    assert {"make run", "make deploy", "make pictures", ".venv/bin/callevents lookup", "aliyun"} <= named
    assert set() == named - run_by_ci() - BY_A_TEST.keys()


def test_the_roles_are_made_as_it_says(tmp_path: Path) -> None:
    """The commands as they stand, with a CLI that writes down what it is asked."""
    (block,) = (each for each in blocks(read("functions/README.md")) if "aliyun ram" in each)
    assert block in read("functions/README.zh-CN.md")
    asked = tmp_path / "asked"
    aliyun = tmp_path / "aliyun"
    aliyun.write_text("#!/usr/bin/env python3\nimport json, os, sys\n"
                      "print(json.dumps(sys.argv[1:]), file=open(os.environ['ASKED'], 'a'))\n")  # fmt: skip
    aliyun.chmod(0o755)
    environ = {**os.environ, "PATH": f"{tmp_path}:{os.environ['PATH']}", "ASKED": str(asked)}
    subprocess.run(["bash", "-eu", "-c", block], check=True, cwd=ROOT, env=environ)

    done = [json.loads(line) for line in asked.read_text("utf-8").splitlines()]
    assert [words[:2] for words in done[:3]] == [
        ["ram", action] for action in ("CreateRole", "CreatePolicy", "AttachPolicyToRole")
    ]
    assert {words[words.index("--RoleName") + 1] for words in done if "--RoleName" in words} == {
        "callevents-slack",
        "callevents-webhook",
        "callevents-worker",
    }
    for words in done:
        for name in ("--AssumeRolePolicyDocument", "--PolicyDocument"):
            if name in words:
                assert json.loads(words[words.index(name) + 1])["Version"] == "1"
