"""Who reads a message: in which language and zone, and with which numbers."""

from typing import NamedTuple

from callevents.i18n import Language


class Viewer(NamedTuple):
    """One reader, or everybody in a channel; `own_zone` is the person's own zone where Slack names it.

    `full_numbers` shows phone numbers whole: only for a person who may, and only to that person.
    """

    language: Language = "en"
    site_zone: str = "Asia/Shanghai"
    own_zone: str | None = None
    full_numbers: bool = False
