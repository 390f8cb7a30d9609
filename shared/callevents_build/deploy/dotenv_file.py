"""Reads `.env`, for development and deploying only."""

from collections.abc import Mapping
from pathlib import Path


def with_dotenv(environ: Mapping[str, str], path: Path) -> dict[str, str]:
    """Return *environ* and, behind it, the values of the file at *path*; no `$` in them is expanded."""
    from dotenv import dotenv_values

    values = dotenv_values(path, interpolate=False) if path.is_file() else {}
    return {name: value for name, value in values.items() if value is not None} | dict(environ)
