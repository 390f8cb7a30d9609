"""Runs Serverless Devs, which prints what it deploys and logs it where everybody can read: without the secrets."""

import json
import re
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from urllib.parse import quote, quote_plus

REDACTED = "[redacted]"
_SECRET_NAME = re.compile(r"SECRET|TOKEN|ACCESS_?KEY|PASSWORD", re.IGNORECASE)
# A key of Serverless Devs, as a JSON object.
_KEY_OBJECT = "_serverless_devs_key"
# Shorter ones are words that stand in the output for other reasons.
_MIN_SECRET_CHARS = 8


def secrets_in(environ: Mapping[str, str]) -> list[str]:
    """Return what must not be shown of *environ*, the longest first, each in every way that a tool may write it."""
    whole = [value.strip() for name, value in environ.items() if _SECRET_NAME.search(name)]
    objects = [value for name, value in environ.items() if name.lower().endswith(_KEY_OBJECT)]
    whole += [text for value in objects for text in _texts_in(value)]
    items = [item.strip() for value in whole for item in (value, *value.split(","))]
    bare = [item.partition(":")[2] for item in items if ":" in item]  # route:secret
    found = {each for each in (*items, *bare) if len(each) >= _MIN_SECRET_CHARS}
    # In a text between single quotes YAML doubles the quotes, between double ones it escapes as JSON does.
    written = {form for each in found for form in (json.dumps(each)[1:-1], each.replace("'", "''"))}
    written |= {json.dumps(each, ensure_ascii=False)[1:-1] for each in found}
    # In a shell's line, in an address, and in JSON inside of JSON, as a log of requests has it.
    written |= {each.replace("'", apart) for each in found for apart in (r"'\''", "'\"'\"'")}
    written |= {quote(each, safe=safe) for each in found for safe in ("", "/")} | set(map(quote_plus, found))
    written |= {json.dumps(each)[1:-1] for each in written}
    return sorted(found | written, key=len, reverse=True)


def _texts_in(document: str) -> Iterator[str]:
    """Yield the texts in a JSON object, or the whole of what is none."""
    try:
        found = json.loads(document)
    except ValueError:
        found = None
    yield from (str(each) for each in found.values()) if isinstance(found, dict) else (document,)


def redact(text: str, secrets: Sequence[str]) -> str:
    """Return *text* without any of *secrets*."""
    for secret in secrets:
        text = text.replace(secret, REDACTED)
    return text


def run(line: Sequence[str], folder: Path, environ: Mapping[str, str]) -> int:
    """Run *line* in *folder* and return its exit status.

    What it prints is passed on line by line, and what it logs meanwhile is rewritten, without the secrets of *environ*.
    """
    secrets, since = secrets_in(environ), time.time()
    try:
        # Nobody else may read a log even before it is rewritten.
        with subprocess.Popen(
            line, cwd=folder, env=environ, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, umask=0o077
        ) as process:
            for printed in process.stdout or ():
                sys.stdout.write(redact(printed.decode("utf-8", "replace"), secrets))
                sys.stdout.flush()
    finally:
        for log in _logs(environ, since):
            _rewrite(log, secrets)
    return process.returncode


def home(environ: Mapping[str, str]) -> Path:
    """Return the folder where Serverless Devs keeps keys and logs."""
    return Path(environ.get("serverless_devs_config_home") or environ.get("HOME") or Path.home()) / ".s"


def _logs(environ: Mapping[str, str], since: float) -> Iterator[Path]:
    for path in (home(environ) / "logs").rglob("*"):
        if path.is_file() and path.stat().st_mtime >= since - 1:
            yield path


def _rewrite(log: Path, secrets: Sequence[str]) -> None:
    text = log.read_text("utf-8", "surrogateescape")
    without = redact(text, secrets)
    if without != text:
        log.write_text(without, "utf-8", "surrogateescape")
