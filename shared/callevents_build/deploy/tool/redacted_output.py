"""What Serverless Devs prints, cut down to what cannot hold a value of a setting.

The component prints `NAME: old => new` where a setting changes, in as many lines as the values have, and nobody here
knows the old ones. So a line is shown because of what it is, never because it looks harmless: steps, addresses,
properties of a function with plain values, names of settings (without what stands beside them), and its error.
"""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from typing import Any, Final

from callevents.settings.variables import VARIABLES
from callevents_build.deploy.limits import function_schema

REDACTED: Final = "[redacted]"
MAX_ERROR_LINES: Final = 30
_SECRET_NAME: Final = re.compile(r"SECRET|TOKEN|ACCESS_?KEY", re.IGNORECASE)
# Shorter ones are words that stand in the output for other reasons.
_MIN_SECRET_CHARS: Final = 8

_CONTROLS: Final = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]|[\x00-\x08\x0b-\x1f\x7f]")
_DONE: Final = re.compile(r"\S+ \[(\w+)\] completed \(([\d.]+ ?m?s)\)")
_FAILED: Final = re.compile(r"\S+ \[(\w+)\] failed to \[deploy\].*")
_STEP: Final = re.compile(
    r"\s*((?:Creating|Created|Updating|Updated|Removing|Removed|Checking|Checked|Using|Retrying) [\w ]{2,30}: "
    r"[\w./;:# -]{1,160})"
)
_NAME: Final = re.compile(r"(\s*)(?:- )?['\"]?([A-Za-z_]\w*)['\"]?\s*:(.*)")
_PLAIN: Final = (
    r"(?:-?\d{1,9}(?:\.\d{1,3})?s?|true|false|null|auto|\[redacted\]|python3\.\d+|custom\.debian\d+|"
    r"[a-z]{2}-[a-z]+(?:-\d)?|callevents-\w+|index\.\w+|acs:ram::\d{16}:role/[\w.-]{1,64})"
)
_PLAIN_CHANGE: Final = re.compile(rf"\s*(?:{_PLAIN}(?:\s*=> ?{_PLAIN})?)?\s*")
_ADDRESS: Final = re.compile(
    r"\s*\w+:\s+(https://[0-9a-z.-]+\.(?:fcapp\.run|fc\.aliyuncs\.com)[0-9A-Za-z./_-]*)\s*"
)
_ERROR: Final = "Error Message:"
_AFTER_ERROR: Final = re.compile(r"A complete log of this run|Env: |Logs: |Feedback: ")
_SETTINGS: Final = frozenset(variable.name for variable in VARIABLES)


class ToolOutput:
    """Reads the output line by line; `done` and `failed` name the resources that it came to an end with."""

    def __init__(self, environ: Mapping[str, str], *, steps_only: bool = False) -> None:
        """Take the environment of the tool: no secret in it is shown either; with *steps_only* no properties are."""
        self._steps_only = steps_only
        self.done: list[str] = []
        self.failed = ""
        self.error: list[str] = []
        self.withheld = 0
        self._secrets = secrets_in(environ)
        self._in_error = False
        self._steps: set[str] = set()

    def shown(self, line: str) -> Iterator[str]:
        """Yield what is to be shown of *line*, a line or nothing."""
        line = _CONTROLS.sub("", line).rstrip()
        text = redact(self._reading(line), self._secrets)
        if text:
            yield text
        else:
            self.withheld += bool(line.strip())

    def _reading(self, line: str) -> str:
        if line.strip() == _ERROR:
            self._in_error = True
            return ""
        if self._in_error:
            return self._error_line(line)
        if found := _DONE.fullmatch(line.strip()):
            self.done.append(found[1])
            return f"  {found[1]}: deployed ({found[2]})"
        if found := _FAILED.fullmatch(line.strip()):
            is_known, self.failed = self.failed == found[1], found[1]  # it says so twice
            return "" if is_known else f"  {found[1]}: failed"
        if found := _STEP.fullmatch(line):
            return self._step(found[1])
        found = _ADDRESS.fullmatch(line)
        return f"    {found[1]}" if found else self._property(line)

    def _property(self, line: str) -> str:
        return "" if self._steps_only else _setting_line(line)

    def _step(self, text: str) -> str:
        """Return a step's line once: the tool prints it again whenever another one ends."""
        if text in self._steps:
            return ""
        self._steps.add(text)
        return f"    {text}"

    def _error_line(self, line: str) -> str:
        if _AFTER_ERROR.match(line):
            self._in_error = False
            return ""
        if not line.strip() or len(self.error) >= MAX_ERROR_LINES:
            return ""
        text = redact(_setting_line(line) if _setting_of(line) else line, self._secrets)
        self.error.append(text)
        return f"    {text}"


def _setting_of(line: str) -> str:
    found = _NAME.fullmatch(line)
    return found[2] if found and found[2] in _SETTINGS else ""


def _setting_line(line: str) -> str:
    """Return a line with a setting's name or a plain property; "" for any other."""
    found = _NAME.fullmatch(line)
    if not found:
        return ""
    blanks, name, rest = found.groups()
    if name in _SETTINGS:
        return f"    {blanks}{name}: {REDACTED}"
    is_property = name in _function_properties()
    return f"    {blanks}{name}:{rest.rstrip()}" if is_property and _PLAIN_CHANGE.fullmatch(rest) else ""


@cache
def _function_properties() -> frozenset[str]:
    return _properties(function_schema())


def _properties(schema: Mapping[str, Any]) -> frozenset[str]:
    names = set(schema.get("properties", {}))
    for each in (*schema.get("properties", {}).values(), *schema.get("$defs", {}).values()):
        if isinstance(each, dict):
            names |= _properties(each)
            items = each.get("items")
            names |= _properties(items) if isinstance(items, dict) else frozenset()
    return frozenset(names)


def secrets_in(environ: Mapping[str, str]) -> list[str]:
    """Return what must not be shown of *environ*, the longest first, each also as JSON and YAML have it."""
    whole = [value.strip() for name, value in environ.items() if _SECRET_NAME.search(name)]
    items = [item.strip() for value in whole for item in (value, *value.split(","), *value.splitlines())]
    bare = [item.partition(":")[2] for item in items if ":" in item]  # route:secret
    found = {each for each in (*items, *bare) if len(each) >= _MIN_SECRET_CHARS}
    # In a text between single quotes YAML doubles the quotes, between double ones it escapes as JSON does.
    written = {form for each in found for form in (json.dumps(each)[1:-1], each.replace("'", "''"))}
    written |= {json.dumps(each, ensure_ascii=False)[1:-1] for each in found}
    return sorted(found | written, key=len, reverse=True)


def redact(text: str, secrets: Sequence[str]) -> str:
    """Return *text* without any of *secrets*."""
    for secret in secrets:
        text = text.replace(secret, REDACTED)
    return text
