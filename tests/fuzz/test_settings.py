"""Whatever stands in the environment or in `.env` is read, or named as wrong without being shown."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from callevents.settings.model import Settings
from callevents.settings.variables import VARIABLES
from callevents_build.deploy.dotenv_file import with_dotenv
from callevents_build.errors import BuildFailed
from tests.fuzz.doors import ENVIRON, SLACK, WEBHOOK, WORKER, answered, bounded, http_event
from tests.fuzz.doors import door as door_with

# A secret in KMS is asked for, where nothing listens.
pytestmark = pytest.mark.socket

NAMES = sorted({each.name for each in VARIABLES})
CANARY = "canary7f3a9c"
VALUES = st.text(st.characters(exclude_characters="\x00", codec="utf-8"), max_size=40) | st.sampled_from(
    [
        "kms://a",
        "KMS://a",
        "generic:kms://b",
        ",",
        "true",
        "https://x",
        "http://127.0.0.1:9",
        "U1=alice@ccc-test",
        "9" * 40,
    ]
)


@bounded
@given(environ=st.dictionaries(st.sampled_from(NAMES), VALUES, max_size=12))
def test_any_environment_makes_settings_that_name_what_is_wrong(environ: dict[str, str]) -> None:
    made = Settings.from_environ({name: f"{value}{CANARY}" for name, value in environ.items()})

    assert set(made.wrong) <= {*environ}
    assert CANARY not in repr(made.wrong)


@bounded
@given(
    lines=st.lists(
        st.sampled_from(NAMES).flatmap(lambda name: VALUES.map(lambda value: f"{name}={value}")) | VALUES
    )
)
def test_any_file_is_read_or_refused_without_being_shown(
    tmp_path_factory: pytest.TempPathFactory, lines: list[str]
) -> None:
    path = tmp_path_factory.mktemp("env") / ".env"
    path.write_text("\n".join(f"{line}{CANARY}" for line in lines), "utf-8")
    read_or_refused(path)


@bounded
@given(content=st.binary(max_size=200))
def test_any_bytes_are_read_or_refused(tmp_path_factory: pytest.TempPathFactory, content: bytes) -> None:
    path = tmp_path_factory.mktemp("env") / ".env"
    path.write_bytes(content)
    read_or_refused(path)


def read_or_refused(path: Path) -> None:
    """Read the file as before deploying."""
    message = ""
    try:
        with_dotenv({}, path)
    except BuildFailed as failure:
        message = str(failure)
    assert CANARY not in message


@bounded
@given(environ=st.dictionaries(st.sampled_from(NAMES), VALUES, min_size=1, max_size=6))
@pytest.mark.parametrize("kind", [SLACK, WEBHOOK, WORKER])
def test_with_any_settings_a_stranger_gets_nothing(kind: type, environ: dict[str, str]) -> None:
    handler = door_with(kind, environ={**ENVIRON, **environ}, http_only=True)
    status, text = answered(handler.handler(http_event(b"{}", {}), None))
    assert 400 <= status < 600
    assert "Traceback" not in text
