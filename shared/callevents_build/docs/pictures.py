"""Makes the pictures of the README from the running product: messages and the page in a browser, and a terminal."""

import subprocess
import sys
from html import escape
from pathlib import Path

from callevents_build.browser import MISSING, chromium
from callevents_build.docs.deploying import second_run
from callevents_build.errors import BuildFailed
from callevents_build.node import install
from callevents_build.page_bundle import bundle

FOLDER = ".pictures"
_SCRIPT = Path("shared/callevents_sandbox/playground/pictures.mjs")
_SAMPLE = "abandoned-in-queue"
_BLANK = "\u00a0"  # one that no renderer runs together
_LETTER, _LINE, _MARGIN, _BAR = 7.83, 19, 18, 34


def pictures(project: Path, folder: Path) -> None:
    """Make them all, in *folder*. Raises BuildFailed."""
    found = chromium()
    if found is None:
        raise BuildFailed(MISSING)
    bundle(project)
    node = install(project)
    folder.mkdir(parents=True, exist_ok=True)
    _of_the_page(project, [str(node), str(project / _SCRIPT), str(found)], folder)
    _of_a_terminal(project, folder)


def _of_the_page(project: Path, line: list[str], folder: Path) -> None:
    from callevents_sandbox.control import front_door
    from callevents_sandbox.server.serving import serve
    from callevents_sandbox.stack import open_stack

    with open_stack() as stack, serve(front_door.application(stack)) as url:
        done = subprocess.run([*line, url, str(folder)], check=False, cwd=project, timeout=180)
    if done.returncode:
        raise BuildFailed("The pictures of the page could not be made.")


def _of_a_terminal(project: Path, folder: Path) -> None:
    from callevents_sandbox.fixtures.samples import sample

    job = sample(_SAMPLE).job_id
    run = [sys.executable, "-m", "callevents_sandbox", "--once", "--job", job]
    done = subprocess.run(run, check=False, capture_output=True, text=True, cwd=project, timeout=60)
    if done.returncode:
        raise BuildFailed(done.stderr.strip() or "There was no reply to show.")
    (folder / "terminal.svg").write_text(terminal(f"make run ONCE=1 JOB={job}", done.stdout), "utf-8")
    print("terminal.svg")
    (folder / "deploy.svg").write_text(terminal("make deploy", second_run()), "utf-8")
    print("deploy.svg")


def terminal(command: str, output: str) -> str:
    """Return an SVG of a terminal in which *command* printed *output*."""
    lines = [f"$ {command}", *output.rstrip("\n").split("\n")]
    width = round(max(map(len, lines)) * _LETTER + 2 * _MARGIN)
    height = _BAR + _LINE * len(lines) + _MARGIN
    texts = "".join(
        f'<text x="{_MARGIN}" y="{_BAR + _LINE * number + 14}"{_style(line)}>{_shown(line)}</text>\n'
        for number, line in enumerate(lines)
        if line
    )
    dots = "".join(
        f'<circle cx="{20 + 18 * place}" cy="17" r="5.5" fill="{colour}"/>'
        for place, colour in enumerate(("#ff5f57", "#febc2e", "#28c840"))
    )
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}" height="{height}"'
        f' role="img" aria-label="{escape(command)}">\n'
        f'<rect width="{width}" height="{height}" rx="8" fill="#1a1d21"/>{dots}\n'
        '<g font-family="ui-monospace,SFMono-Regular,Menlo,Consolas,Liberation Mono,monospace" font-size="13"'
        ' fill="#e8e8e9">\n'
        f"{texts}</g></svg>\n"
    )


def _shown(line: str) -> str:
    return escape(line, quote=False).replace(" ", _BLANK)


def _style(line: str) -> str:
    if line.startswith("$ "):
        return ' fill="#8ec7ff" font-weight="bold"'
    return ' font-weight="bold"' if line[:1] and not line[0].isascii() and line[0] not in "│─" else ""
