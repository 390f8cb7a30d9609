"""Text from outside made harmless, and any text cut to what Slack takes.

Nothing escapes formatting marks or bare addresses in Slack's mrkdwn, and the top-level `text` is always mrkdwn: there
they are replaced by characters that look alike.
Source: https://docs.slack.dev/messaging/formatting-message-text
"""

import re
from collections.abc import Mapping

from callevents.calls.masking import mask
from callevents.calls.sanitize import clean
from callevents.i18n import Language
from callevents.report.viewer import Viewer

NOTHING = "\N{EN DASH}"  # Slack takes no empty text
NO_BREAK = "\N{NO-BREAK SPACE}"  # a blank at which no line ends
MAX_TEXT_CHARS = 3900  # Slack advises to stay below 4000

# Each alternative begins with its character, which lets the search skip everything else.
_ACTIVE = re.compile(
    r"_(?:(?<![0-9A-Za-z]_)|(?![0-9A-Za-z]))"  # not inside a word
    r"|:(?://|(?=[^\s:]*:))"  # as in https:// and :smile:
    r"|\.(?<=[\w-]\.)(?=[\w-]*[^\W\d_])"  # as in a host name
    r"|@(?<![0-9A-Za-z]@)"  # at the beginning of a word
    r"|\#(?=\w)"
    r"|\*|~|`|&|<|>"
)
_INSTEAD = {
    "_": "\N{FULLWIDTH LOW LINE}",
    ":": "\N{RATIO}",
    "://": "\N{RATIO}\N{DIVISION SLASH}\N{DIVISION SLASH}",
    ".": "\N{ONE DOT LEADER}",
    "@": "\N{FULLWIDTH COMMERCIAL AT}",
    "#": "\N{FULLWIDTH NUMBER SIGN}",
    "*": "\N{ASTERISK OPERATOR}",
    "~": "\N{TILDE OPERATOR}",
    "`": "'",
    "&": "&amp;",
    "<": "&lt;",
    ">": "&gt;",
}
_HAN = "[\u3400-\u9fff]"
_HALF_ENTITY = re.compile(r"&[a-z]{0,3}…\Z")


def masked_label(text: str, viewer: Viewer, limit: int = 200, *kept: str) -> str:
    """Return foreign *text* as one clean line of at most *limit* characters, masked unless the reader may see all.

    The names in *kept* (an instance id) stay readable when they look like numbers.
    """
    if (
        text.isascii() and text.isalpha() and len(text) <= limit
    ):  # as names are: nothing to clean, mask or cut
        return text
    line = _line(text)
    return truncate(line if viewer.full_numbers else mask(line, *kept), limit)


def label(text: str, limit: int = 100) -> str:
    """Return an id or a name that is never masked as one clean line of at most *limit* characters."""
    return truncate(_line(text), limit)


def beside(left: str, right: str, blank: str = " ") -> str:
    """Return two words one beside the other: with a *blank*, but not between Chinese characters."""
    if right.isascii() or not (_is_han(left[-1:]) and _is_han(right[:1])):
        return f"{left}{blank}{right}"
    return f"{left}{right}"


def fill(words: str, values: Mapping[str, object]) -> str:
    """Return *words* with *values* in place of `%(name)s`, and no blank where these join Chinese characters."""
    if not words.isascii():
        # A blank before a value, then one behind it; those inside a value stay.
        words = re.sub(
            rf"(?<={_HAN}) (?=%\((\w+)\)[sd])",
            lambda gap: "" if _is_han(str(values[gap[1]])[:1]) else " ",
            words,
        )
        words = re.sub(
            rf"(%\((\w+)\)[sd]) (?={_HAN})",
            lambda gap: gap[1] + ("" if _is_han(str(values[gap[2]])[-1:]) else " "),
            words,
        )
    return words % values


def _is_han(character: str) -> bool:
    return bool(character) and "\u3400" <= character <= "\u9fff"


def _line(text: str) -> str:
    """Return *text* clean, without characters that cannot be seen, each run of blanks as one."""
    if text.isprintable() and "  " not in text:
        return text
    from unicodedata import category

    return " ".join("".join(character for character in clean(text) if category(character) != "Cf").split())


def truncate(text: str, limit: int) -> str:
    """Return *text* within *limit* UTF-16 units (as a browser counts), ended by … where it was longer."""
    if len(text) <= limit and (text.isascii() or len(text.encode("utf-16-le", "replace")) <= 2 * limit):
        return text
    units = text[:limit].encode("utf-16-le", "replace")[: 2 * (limit - 1)]
    return units.decode("utf-16-le", "ignore") + "…"


def escape_mrkdwn(text: str) -> str:
    """Return a line that has no effect in mrkdwn: no mention, link, formatting or emoji, `&<>` escaped."""
    return _ACTIVE.sub(lambda match: _INSTEAD[match[0]], text)


def cut_escaped(text: str, limit: int = MAX_TEXT_CHARS) -> str:
    """Return escaped *text* within *limit*, never ending inside an entity."""
    return _HALF_ENTITY.sub("…", truncate(text, limit))


def join_sentences(sentences: tuple[str, ...] | list[str], language: Language) -> str:
    """Return sentences one after the other, as the language sets them."""
    return ("" if language == "zh-CN" else " ").join(sentences)
