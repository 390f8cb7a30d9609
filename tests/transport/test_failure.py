"""Why a host cannot be reached, in words."""

import errno
import socket
import ssl

import pytest

from callevents.transport.failure import failure_reason


@pytest.mark.parametrize(
    ("cause", "words"),
    [
        (socket.gaierror(-2, "Name or service not known"), "its name cannot be resolved"),
        (ssl.SSLCertVerificationError("bad"), "its certificate or its TLS is not accepted"),
        (ConnectionRefusedError(), "nothing answers at its port"),
        (OSError(errno.ENETUNREACH, "no"), "there is no way to it from this network"),
        (TimeoutError(), "it does not answer in time"),
        (ValueError("secret"), "the connection failed"),
    ],
)
@pytest.mark.parametrize("link", ["__cause__", "__context__"])
def test_the_cause_is_found_behind_other_errors(cause: Exception, words: str, link: str) -> None:
    between, error = RuntimeError("of the transport"), RuntimeError("of the client")
    setattr(between, link, cause)
    setattr(error, link, between)

    assert failure_reason(error) == words


def test_a_circle_of_causes_ends() -> None:
    first, second = ValueError(), ValueError()
    first.__cause__, second.__cause__ = second, first

    assert failure_reason(first) == "the connection failed"
