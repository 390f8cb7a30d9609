"""Where the page's files are: the sources here, the bundle that `make page` makes beside the environment."""

from pathlib import Path

SOURCES = Path(__file__).resolve().parent / "web"
BUNDLE = Path(__file__).resolve().parents[3] / ".make" / "page"
FILES = {"app.js": "text/javascript", "app.css": "text/css"}


def index(folder: Path = BUNDLE) -> str:
    """Return the page; without the bundle in *folder*, one that explains how to make it."""
    name = "index.html" if all((folder / each).is_file() for each in FILES) else "missing.html"
    return (SOURCES / name).read_text("utf-8")


def read(name: str) -> tuple[str, str] | None:
    """Return the text and the media type of one file of the bundle; None if there is none of that name."""
    path = BUNDLE / name
    if name not in FILES or not path.is_file():
        return None
    return path.read_text("utf-8"), FILES[name]
