from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from callevents_build.deploy.dotenv_file import with_dotenv
from callevents_build.errors import BuildFailed


def test_quotes_and_remarks_in_the_file_are_not_part_of_the_values(tmp_path: Path) -> None:
    (tmp_path / ".env").write_text(
        """A=xoxb-1 # the bot's\nB="a # b"\nC='x "y"' # z\nexport D=a#b\nE=\nF=it's\nG=\"-----BEGIN\\nAA==\"\n"""
    )

    assert with_dotenv({}, tmp_path / ".env") == {
        "A": "xoxb-1", "B": "a # b", "C": 'x "y"', "D": "a#b", "E": "", "F": "it's", "G": "-----BEGIN\nAA==",
    }  # fmt: skip


def test_the_environment_goes_before_the_file(tmp_path: Path) -> None:
    (tmp_path / ".env").write_text('A="from the file"\nB=2\n')

    assert with_dotenv({"A": "own"}, tmp_path / ".env") == {"A": "own", "B": "2"}
    assert with_dotenv({"A": "own"}, tmp_path / "none") == {"A": "own"}


@pytest.mark.parametrize(
    ("written", "value"),
    [
        ("a$b${HOME}$HOME", "a$b${HOME}$HOME"),
        ("'$HOME `id` # \"x\"'", '$HOME `id` # "x"'),
        ('"it\'s $HOME"', "it's $HOME"),
        ("'-----BEGIN\nAA+/=\n-----END'", "-----BEGIN\nAA+/=\n-----END"),
        ("'-----BEGIN\r\nAA+/=\r\n-----END'", "-----BEGIN\r\nAA+/=\r\n-----END"),
        ("热线=ccc-hot", "热线=ccc-hot"),
        ("a#b=c", "a#b=c"),
    ],
)
def test_a_value_in_the_file_arrives_as_it_is(written: str, value: str, tmp_path: Path) -> None:
    (tmp_path / ".env").write_bytes(f"A=1\nVALUE={written}\nB=2\n".encode())

    assert with_dotenv({}, tmp_path / ".env") == {"A": "1", "VALUE": value, "B": "2"}


def test_the_mark_of_an_editor_before_the_first_name_is_none_of_it(tmp_path: Path) -> None:
    (tmp_path / ".env").write_bytes(b"\xef\xbb\xbfA=1\r\nB=2\r\n")

    assert with_dotenv({}, tmp_path / ".env") == {"A": "1", "B": "2"}


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("A_TOKEN=first-half #second-half\n", "line 1: is what begins with #"),
        ("\nB=1\nexport A_SECRET = first half\t#second\n", "line 3: is what begins with #"),
        ("A=1\nB=2\nA=3\n", "lines 1, 3: one name, and different values"),
    ],
)
def test_what_may_not_be_meant_is_refused_by_its_line(text: str, lines: str, tmp_path: Path) -> None:
    (tmp_path / ".env").write_text(text)

    with pytest.raises(BuildFailed) as failure:
        with_dotenv({}, tmp_path / ".env")

    assert lines in str(failure.value)
    assert "half" not in str(failure.value)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("A_TOKEN=whole # see ticket #12\n", "whole"),
        ("A_TOKEN=whole#and\n", "whole#and"),
        ("A_TOKEN='a #b' #c\n", "a #b"),
        ("A_TOKEN=\nA_TOKEN=whole\nA_TOKEN=whole\n", "whole"),
        ("A_TOKEN=…  # where it is found\nA_TOKEN=whole\n", "whole"),
        ("A_TOKEN=whole #\n", "whole"),
    ],
)
def test_a_remark_and_a_line_still_to_be_filled_in_are_neither(text: str, value: str, tmp_path: Path) -> None:
    (tmp_path / ".env").write_text(text)

    assert with_dotenv({}, tmp_path / ".env") == {"A_TOKEN": value}


@given(value=st.text(st.characters(exclude_categories=["Cs"])))
def test_any_value_between_single_quotes_arrives_as_it_is(
    value: str, tmp_path_factory: pytest.TempPathFactory
) -> None:
    path = tmp_path_factory.mktemp("dotenv") / ".env"
    written = value.replace("\\", "\\\\").replace("'", "\\'")
    path.write_bytes(f"A='{written}'\nB=2\n".encode())

    assert with_dotenv({}, path) == {"A": value, "B": "2"}


@pytest.mark.parametrize(
    ("content", "named"),
    [
        (b"A=1\nPEM=-----BEGIN CERTIFICATE-----\nAA+/=\n-----END CERTIFICATE-----\nB=2\n", "lines 3, 4"),
        (b"A=1\n\n# note\nnonsense\n", "line 4"),
        (b"A='not closed\nB=2\n", "line 1"),
        (b"A=1\nB=caf\xe9-secret\n", "line 2"),
        ("A=1\n".encode("utf-16"), "line 1"),
    ],
)
def test_a_line_that_sets_nothing_is_named_and_never_shown(
    content: bytes, named: str, tmp_path: Path
) -> None:
    (tmp_path / ".env").write_bytes(content)

    with pytest.raises(BuildFailed) as failed:
        with_dotenv({}, tmp_path / ".env")

    assert f".env, {named}:" in str(failed.value)
    assert not any(word in str(failed.value) for word in ("AA+", "nonsense", "secret", "not closed"))
