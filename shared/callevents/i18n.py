"""The two languages and their gettext catalogues; Chinese is read when it is first needed."""

from collections.abc import Callable
from functools import cache
from typing import TYPE_CHECKING, Literal, TypeAlias

if TYPE_CHECKING:
    from gettext import GNUTranslations

Language: TypeAlias = Literal["en", "zh-CN"]


def N_(message: str) -> str:  # noqa: N802 - the name gettext's tools look for
    """Return *message* unchanged: it marks text for translation where it is defined, so that the extractor finds it."""
    return message


def language_of(locale: str | None) -> Language:
    """Return the language for a Slack locale such as `zh-CN` or `en-GB`: Chinese for every `zh`, else English."""
    return "zh-CN" if (locale or "").replace("_", "-").lower().partition("-")[0] == "zh" else "en"


def gettext_for(language: str) -> Callable[[str], str]:
    """Return what translates a message id into *language*; it gives back what it does not know."""
    return _chinese().gettext if language == "zh-CN" else str  # which gives back any text as it is


def ngettext_for(language: str) -> Callable[[str, str, int], str]:
    """Return what chooses and translates a plural form by a count."""
    return _chinese().ngettext if language == "zh-CN" else _english_plural


@cache
def _chinese() -> "GNUTranslations":
    from gettext import GNUTranslations
    from pathlib import Path

    folder = Path(__file__).parent / "locale" / "zh_CN" / "LC_MESSAGES"
    with (folder / "callevents.mo").open("rb") as file:
        return GNUTranslations(file)


def _english_plural(one: str, many: str, count: int) -> str:
    return one if count == 1 else many
