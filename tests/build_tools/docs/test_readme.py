"""CI or a test runs every command that a document names."""

import re

from tests.build_tools.docs.documents import FILES, ROOT, blocks, read

CI = (ROOT / ".ci/run").read_text("utf-8")
MAKEFILE = (ROOT / "Makefile").read_text("utf-8")
# What needs an account, and what stands in for it here.
BY_A_TEST = {"s": "build_tools/deploy/tool/test_serverless_devs.py"}


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

    assert {"make run", "make deploy", "make pictures", ".venv/bin/callevents lookup"} <= named
    assert set() == named - run_by_ci() - BY_A_TEST.keys()
