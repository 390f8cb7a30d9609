"""The picture of `make deploy`: what the second run in an account with nothing in it prints, in a rehearsal of it."""

import contextlib
import io
import tempfile
from pathlib import Path
from typing import Final

from callevents_build.errors import BuildFailed
from callevents_build.rehearsal.cloud import build_once, empty_cloud

_MAX_CHARS: Final = 112
# In the cloud each function has a host of its own.
_HOST: Final = "https://callevents-{}-xxxxxxxxxx.cn-hongkong.fcapp.run"


def second_run() -> str:
    """Return what the run prints that makes roles and functions. Raises BuildFailed."""
    with tempfile.TemporaryDirectory(prefix="callevents-rehearsal-") as name:
        folder = Path(name)
        with contextlib.redirect_stdout(io.StringIO()):
            dist = build_once(folder / "built")
        with empty_cloud(folder / "account", dist) as cloud:
            cloud.paste_key()
            run = cloud.make("deploy")
            if run.status:
                raise BuildFailed(run.text)
            text = run.text
            for function in ("slack", "webhook"):
                text = text.replace(f"{cloud.urls['fc']}/http/callevents-{function}", _HOST.format(function))
    return "\n".join(map(_cut, text.splitlines()))


def _cut(line: str) -> str:
    return line if len(line) <= _MAX_CHARS else f"{line[: _MAX_CHARS - 1]}…"
