import pytest

from callevents.runtime.server import port_of


@pytest.mark.parametrize(
    ("wanted", "port"),
    [(None, 9000), ("", 9000), ("8080", 8080), (" 9001 ", 9001), ("٩", 9000), ("9" * 9, 9000)],
)  # fmt: skip
def test_it_listens_where_the_platform_says(wanted: str | None, port: int) -> None:
    environ = {} if wanted is None else {"FC_CUSTOM_LISTEN_PORT": wanted}

    assert port_of(environ) == port
