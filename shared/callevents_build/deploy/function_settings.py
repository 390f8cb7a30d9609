"""Which function needs which setting: a setting that is wired to another function only is not there."""

from collections.abc import Mapping
from typing import Final

from callevents.settings.model import Settings

_ALL: Final = ("CALLEVENTS_KMS_ENDPOINT", "CALLEVENTS_LOG_LEVEL", "CCC_INSTANCE_ID", "CCC_INSTANCES")
_LOOKUPS: Final = (
    *("CALLEVENTS_DENY_GUESTS", "CALLEVENTS_TEAMS", "CALLEVENTS_USERGROUPS", "CALLEVENTS_USERS"),
    *("CALLEVENTS_FULL_NUMBERS_USERGROUPS", "CALLEVENTS_FULL_NUMBERS_USERS"),
    *("CALLEVENTS_LANGUAGE", "CALLEVENTS_TIMEZONE"),
    *("CCC_ENDPOINT", "SLACK_API_URL", "SLACK_BOT_TOKEN", "SLACK_RESPONSE_URL_HOSTS"),
)
_CHANNELS: Final = ("CALLEVENTS_CHANNEL", "CALLEVENTS_CHANNELS")
_ALERTS: Final = (
    *("CALLEVENTS_CCC_EVENTS", "CALLEVENTS_EVENTBRIDGE_CERTIFICATE"),
    *("CALLEVENTS_WEBHOOK_SECRET", "CALLEVENTS_WEBHOOK_TOKEN"),
)
_HAND_OVER: Final = ("CALLEVENTS_FC_ENDPOINT", "CALLEVENTS_WORKER")
NEEDED: Final[Mapping[str, frozenset[str]]] = {
    "slack": frozenset((*_ALL, *_LOOKUPS, *_HAND_OVER, "SLACK_SIGNING_SECRET")),
    "webhook": frozenset((*_ALL, *_ALERTS, *_CHANNELS, *_HAND_OVER)),
    # The name under which it puts back what it cannot finish is its own: its context tells it.
    "worker": frozenset((*_ALL, *_LOOKUPS, *_CHANNELS, "CALLEVENTS_FC_ENDPOINT")),
}


class _Recorder(dict[str, str]):
    """An empty environment that records which names it is asked for."""

    def __init__(self) -> None:
        super().__init__()
        self.names: list[str] = []

    def get(self, name: str, default: str = "") -> str:  # type: ignore[override]  # all that Settings asks
        self.names.append(name)
        return default


def setting_names() -> list[str]:
    """Return the names of all settings, in the order in which the code reads them."""
    recorder = _Recorder()
    Settings.from_environ(recorder)
    return recorder.names
