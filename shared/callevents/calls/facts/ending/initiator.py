"""Which side a `releaseInitiator` names, in all the ways people and exchanges write it."""

import re
from collections.abc import Set as AbstractSet

from callevents.calls.facts.direction import Direction
from callevents.calls.model import Party

_PARTIES: dict[str, Party] = {"agent": "agent", "customer": "customer", "system": "system"}
_SCHEME = re.compile(r"<?(?:sips?|tel):")
_NUMBER = r"\+?[0-9*]*[0-9][0-9*]*"
_MARKS = r"[().\-‐-―−]+"  # noqa: RUF001 - hyphens and dashes
_COUNTRY = r"\+86|0086|86(?=1[0-9*]{10}$)|\+"
_MIN_SHOWN = 2


def party_of(
    initiator: str, direction: Direction, agents: AbstractSet[str], instance_id: str
) -> Party | None:
    """Return the side that *initiator* names; None where that is not certain. *agents* are all of the call, plain."""
    name = plain(initiator)
    if name in _PARTIES:
        return _PARTIES[name]
    user, _, host = name.rpartition("@") if "@" in name else (name, "", "")
    if any(_same_text(name, user, plain(text)) for text in _customers(direction)):
        return "customer"
    if name in agents or direction.name == "internal":
        return "agent"
    number = _number(user)
    if number is not None and _names_customer(number, direction):
        return "customer"
    return "agent" if user and "@" not in user and host and host == plain(instance_id) else None


def plain(text: str) -> str:
    """Return *text* without what makes no difference: case, blanks, scheme, the width of characters."""
    if not text.isascii():
        import unicodedata  # large, and seldom needed

        text = unicodedata.normalize("NFKC", text)
    plain = "".join(text.split()).casefold()
    found = _SCHEME.match(plain) if ":" in plain else None
    return plain[found.end() :].rstrip(">") if found else plain


def _same_text(name: str, user: str, customer: str) -> bool:
    """Return whether the initiator is the customer's own text, with or without a host on either side."""
    return bool(customer) and (name == customer or user == customer.partition("@")[0] != "")


def _customers(direction: Direction) -> list[str]:
    """Return the texts that are a customer's."""
    texts = []
    if direction.name in {"inbound", "back2back"}:
        texts.append(direction.caller)
    if direction.name in {"outbound", "predictive", "back2back"}:
        texts.append(direction.callee)
    return [text for text in texts if text]


def _names_customer(number: str, direction: Direction) -> bool:
    """Return whether *number* is a customer's; a masked one that may be the centre's as well is not."""
    customers = _customers(direction)
    others = [text for text in (direction.caller, direction.callee) if text and text not in customers]

    def among(texts: list[str]) -> bool:
        return any(
            _agree(number, other) for text in texts if (other := _number(plain(text).partition("@")[0]))
        )

    return among(customers) and not ("*" in number and among(others))


def _agree(one: str, other: str) -> bool:
    """Return whether two numbers are the same as far as their digits are shown."""
    if one == other:
        return True
    if "*" not in one and "*" not in other:
        return False
    if len(one) == len(other):
        shown = [(a, b) for a, b in zip(one, other, strict=True) if "*" not in (a, b)]
        return len(shown) >= _MIN_SHOWN and all(a == b for a, b in shown)
    beginning = _common(one.partition("*")[0], other.partition("*")[0])
    end = _common(one.rpartition("*")[2][::-1], other.rpartition("*")[2][::-1])
    return beginning and end and len(one.strip("*")) >= _MIN_SHOWN


def _common(one: str, other: str) -> bool:
    return one.startswith(other) or other.startswith(one)


def _number(text: str) -> str | None:
    """Return a telephone number without what is written before or within it, None where *text* is none."""
    plain = re.sub(_MARKS, "", text.partition(";")[0])
    if not re.fullmatch(_NUMBER, plain):
        return None
    found = re.match(_COUNTRY, plain)
    return plain[found.end() if found else 0 :].lstrip("0") or "0"
