"""Spells a detail record, or a row, as the modes want it."""

from collections.abc import Callable, Collection

Document = dict[str, object]

HOSTILE_NAME = "Alice\u202e\x1b[31m\n<!channel> *Wang* `x` <https://evil.example.invalid|here>\ud800"
_SEQUENCES = ("AgentEvents", "CustomerEvents", "QueueEvents", "IvrEvents")
_OLD = {
    "INBOUND": "Inbound",
    "OUTBOUND": "Outbound",
    "BACK2BACK": "Back2Back",
    "INTERNAL": "Internal",
    "PREDICTIVE": "Predictive",
    "AbandonedInRing": "AbandonedRing",
    "AbandonedInIVR": "AbandonedInContactFlow",
}
_NAMES = ("AgentName", "AgentNames", "QueueName", "SkillGroupNames")


def spell(document: Document, modes: Collection[str]) -> Document:
    """Return *document* as all of *modes* make it."""
    for mode, change in _CHANGES.items():
        if mode in modes:
            document = change(document)
    return document


def _strings(value: object) -> object:
    if isinstance(value, dict):
        return {name: _strings(each) for name, each in value.items()}
    if isinstance(value, list):
        return [_strings(each) for each in value]
    return str(value).lower() if isinstance(value, bool) else str(value) if isinstance(value, int) else value


def _all_strings(document: Document) -> Document:
    return {name: _strings(value) for name, value in document.items()}


def _without(name: str) -> Callable[[Document], Document]:
    return lambda document: {each: value for each, value in document.items() if each != name}


def _with(name: str, value: object) -> Callable[[Document], Document]:
    return lambda document: {**document, name: value}


def _established_at_start(document: Document) -> Document:
    inbound = document.get("ContactType") == "INBOUND"
    return {**document, "EstablishedTime": document["StartTime"]} if inbound else document


def _old_spelling(document: Document) -> Document:
    old = {
        name: _OLD.get(str(document.get(name)), document.get(name))
        for name in ("ContactType", "ContactDisposition")
    }
    return {**document, **old}


def _renamed(change: Callable[[str], str]) -> Callable[[Document], Document]:
    def rename(value: object) -> object:
        if isinstance(value, dict):
            return {
                name: change(each) if name in _NAMES and isinstance(each, str) and each else rename(each)
                for name, each in value.items()
            }
        return [rename(each) for each in value] if isinstance(value, list) else value

    return lambda document: dict(_items(rename(document)))


def _items(value: object) -> list[tuple[str, object]]:
    return list(value.items()) if isinstance(value, dict) else []


def _surname_first(names: str) -> str:
    return ",".join(", ".join(reversed(name.split(" "))) for name in names.split(","))


def _shuffled(document: Document) -> Document:
    def backwards(entries: object) -> object:
        if not isinstance(entries, list):
            return entries
        return [{**entry, "EventSequence": entry["EventSequence"][::-1]} for entry in reversed(entries)]

    return {name: backwards(value) if name in _SEQUENCES else value for name, value in document.items()}


def _sequences(value: object) -> Callable[[Document], Document]:
    return lambda document: {name: value if name in _SEQUENCES else each for name, each in document.items()}


def _release_before_start(document: Document) -> Document:
    start = document.get("StartTime")
    return {**document, "ReleaseTime": start - 60_000} if isinstance(start, int) else document


def _odd(document: Document) -> Document:
    odd: Document = {
        "StartTime": ["yesterday"],
        "ReleaseTime": {"at": 1},
        "AgentIds": ["alice@ccc-test", None, 7],
        "AgentEvents": [
            None,
            "x",
            {"EventSequence": "x"},
            {"AgentId": 7, "EventSequence": [1, {"Event": []}]},
        ],
        "CustomerEvents": "none",
        "RecordingReady": "perhaps",
        "CallDuration": "long",
        "QueueTime": -5,
        "TalkTime": "1e400",
    }
    return {name: odd.get(name, value) for name, value in document.items()}


# In this order: the types of what the others have made come last.
_CHANGES: dict[str, Callable[[Document], Document]] = {
    "established_at_start": _established_at_start,
    "established_absent": _without("EstablishedTime"),
    "established_null": _with("EstablishedTime", None),
    "established_zero": _with("EstablishedTime", 0),
    "established_empty": _with("EstablishedTime", ""),
    "old_spelling": _old_spelling,
    "unknown_disposition": _with("ContactDisposition", "CallbackPromised"),
    "comma_in_name": _renamed(_surname_first),
    "hostile_name": _renamed(lambda _: HOSTILE_NAME),
    "sequences_shuffled": _shuffled,
    "sequences_empty": _sequences([]),
    "sequences_null": _sequences(None),
    "release_before_start": _release_before_start,
    "call_duration_int": lambda document: {**document, "CallDuration": int(str(document["CallDuration"]))},
    "numbers_as_strings": _all_strings,
    "odd_members": _odd,
}
