"""Tests for the marks of the tests, and for the guard over those without."""

from pathlib import Path

import pytest

pytest_plugins = ["pytester"]
pytestmark = pytest.mark.socket  # it runs pytest in a process of its own

CONFTEST = """\
import socket
import pytest
from tests.markers import Guard, mark

def pytest_configure(config):
    config.pluginmanager.register(Guard())

def pytest_collection_modifyitems(items):
    mark(items)

@pytest.fixture
def port():
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield server.getsockname()[1]
"""
TESTS = """\
import importlib
import threading

GO = threading.Event()
LEFT = []

def test_that_leaves_a_thread(port):
    def connect():
        GO.wait()
        client = importlib.import_module("http.client")
        try:
            client.HTTPConnection("127.0.0.1", 1).connect()
        except OSError:
            pass
    LEFT.append(threading.Thread(target=connect, daemon=True))
    LEFT[0].start()

def test_beside_a_thread_that_was_left():
    GO.set()
    for thread in LEFT:
        thread.join()

def test_pure():
    assert True

def test_fixture(port):
    assert port

def test_named():
    import socket
    socket.create_server(("127.0.0.1", 0)).close()

def test_hidden():
    module = importlib.import_module("sock" + "et")
    getattr(module, "create_" + "server")(("127.0.0.1", 0)).close()

def test_hidden_and_swallowed():
    try:
        importlib.import_module("http.client").HTTPConnection("127.0.0.1", 1).connect()
    except Exception:
        pass
"""


def test_what_opens_a_socket_is_marked_or_fails(
    pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PYTHONPATH", str(Path(__file__).parents[1]))
    pytester.makeconftest(CONFTEST)
    pytester.makepyfile(TESTS)

    everything = pytester.runpytest_subprocess("-p", "no:cacheprovider")
    pure = pytester.runpytest_subprocess("-p", "no:cacheprovider", "-m", "not socket")

    everything.assert_outcomes(passed=5, failed=2)
    everything.stdout.fnmatch_lines(["not marked*socket.bind*", "not marked*socket.connect*"])
    pure.assert_outcomes(passed=2, failed=2, deselected=3)
