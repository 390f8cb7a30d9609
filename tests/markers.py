"""Marks tests by what they start, and fails those that start more than their marks say.

A test is marked `socket` if its code, a fixture or a helper names something that opens a socket or starts a
process. `pytest -m "not socket and not node and not browser"` runs the rest in seconds.
"""

import inspect
import ipaddress
import sys
import threading
import types
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Final

import pytest

IMPURE: Final = frozenset({"socket", "node", "browser"})
_OPENERS: Final = frozenset({
    "serve", "open_stack", "FunctionCompute", "ScriptedServer", "socket", "socketpair", "create_server",
    "create_connection", "subprocess", "Popen", "build", "prepare_site", "deploy", "preview", "resolved",
})  # fmt: skip
_NODE: Final = frozenset({"preview", "install", "command"})
_EVENTS: Final = frozenset({"socket.connect", "socket.bind", "socket.getaddrinfo", "subprocess.Popen"})
_TESTS: Final = Path(__file__).parent


def mark(items: Iterable[pytest.Item]) -> None:
    """Mark *items*; a mark that a test sets itself stays."""
    for item in items:
        if isinstance(item, pytest.Function):
            names = frozenset(_names(item))
            if item.path.name == "test_in_browser.py":
                item.add_marker("browser")
            if item.path.is_relative_to(_TESTS / "slack/judges") or names & _NODE:
                item.add_marker("node")
            if names & _OPENERS:
                item.add_marker("socket")


def _names(item: pytest.Function) -> Iterator[str]:
    """Yield the names that the code of a test and of its fixtures uses."""
    functions = [item.function]
    for definitions in item._fixtureinfo.name2fixturedefs.values():
        functions += [definition.func for definition in definitions]
    seen: set[types.CodeType] = set()
    while functions:
        function = inspect.unwrap(functions.pop())
        code = getattr(function, "__code__", None)
        if not isinstance(code, types.CodeType) or code in seen:
            continue
        seen.add(code)
        used = set(_code_names(code))
        yield from used
        module = function.__globals__
        if str(module.get("__file__", "")).startswith(str(_TESTS)):
            functions += [value for name in used if isinstance(value := module.get(name), types.FunctionType)]


def _code_names(code: types.CodeType) -> Iterator[str]:
    yield from code.co_names
    for constant in code.co_consts:
        if isinstance(constant, types.CodeType):
            yield from _code_names(constant)


def _is_address(host: str) -> bool:
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True


class Guard:
    """Notices what a test without marks starts, in whatever thread; but not in those that other tests left."""

    def __init__(self) -> None:
        self._violations: list[str] | None = None
        self._left: set[int | None] = set()
        sys.addaudithook(self._audit)

    def _audit(self, event: str, arguments: tuple[object, ...]) -> None:
        if self._violations is None or event not in _EVENTS or threading.get_ident() in self._left:
            return
        if event != "socket.getaddrinfo" or not _is_address(str(arguments[0])):
            self._violations.append(f"{event} {arguments!r}")

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_call(self, item: pytest.Item) -> Iterator[None]:
        """Fail *item* if it starts what its marks do not say."""
        if any(mark.name in IMPURE for mark in item.iter_markers()):
            yield
            return
        self._left = {thread.ident for thread in threading.enumerate()} - {threading.get_ident()}
        self._violations = []
        try:
            yield
            violations = self._violations
        finally:
            self._violations = None
        if violations:
            pytest.fail(f"not marked `socket`, and yet: {violations[0]}", pytrace=False)
