"""Who and what there is in a workspace."""

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody in the workspace; guests are `restricted` (several channels) or `ultra_restricted` (one).

    Who left it is `deleted`; who comes from another workspace, through Slack Connect, has that as `home`.
    """

    id: str
    name: str
    real_name: str
    locale: str = "en-US"
    timezone: str = "Asia/Shanghai"
    timezone_offset: int = 28800
    restricted: bool = False
    ultra_restricted: bool = False
    stranger: bool = False
    deleted: bool = False
    home: str = ""

    def document(self, team: str, *, with_locale: bool) -> dict[str, object]:
        """Return the person as users.info prints them."""
        shown: dict[str, object] = {
            "id": self.id,
            "team_id": self.home or team,
            "name": self.name,
            "deleted": self.deleted,
            "real_name": self.real_name,
            "tz": self.timezone,
            "tz_offset": self.timezone_offset,
            "profile": {"real_name": self.real_name, "display_name": self.name},
            "is_bot": False,
            "is_restricted": self.restricted,
            "is_ultra_restricted": self.ultra_restricted,
            "is_stranger": self.stranger,
        }
        return {**shown, "locale": self.locale} if with_locale else shown


@dataclass(frozen=True, slots=True)
class Channel:
    """A channel; `shared` with another company through Slack Connect; the bot can be outside of it."""

    id: str
    name: str
    private: bool = False
    shared: bool = False
    archived: bool = False
    has_bot: bool = True

    def document(self) -> dict[str, object]:
        """Return the channel as conversations.info prints it."""
        return {
            "id": self.id,
            "name": self.name,
            "is_channel": not self.private,
            "is_group": self.private,
            "is_private": self.private,
            "is_archived": self.archived,
            "is_member": self.has_bot,
            "is_shared": self.shared,
            "is_ext_shared": self.shared,
            "is_org_shared": False,
        }


PEOPLE = (
    Person("U0MEI", "mei", "Mei Lin"),
    Person("U0ZHANG", "zhang", "张伟", locale="zh-CN"),
    Person("U0SUPERVISOR", "sofia", "Sofia Marques", timezone="Europe/Lisbon", timezone_offset=0),
    Person("U0GUEST", "gus", "Gus Guest", restricted=True),
    Person("U0ONEROOM", "una", "Una Oneroom", restricted=True, ultra_restricted=True),
)
CHANNELS = (
    Channel("C0SUPPORT", "support"),
    Channel("C0ALERTS", "alerts"),
    Channel("C0PARTNERS", "partners", shared=True),
    Channel("G0LEADS", "leads", private=True),
    Channel("C0OUTSIDE", "outside", has_bot=False),
    Channel("C0OLD", "old-news", archived=True),
)
GROUPS: Mapping[str, frozenset[str]] = {"S0LEADS": frozenset({"U0SUPERVISOR"})}
SCOPES = frozenset(
    {
        "commands",
        "chat:write",
        "chat:write.public",
        "app_mentions:read",
        "users:read",
        "usergroups:read",
        "channels:history",
        "channels:read",
        "groups:history",
        "groups:read",
        "files:write",
    }
)


@dataclass(frozen=True, slots=True)
class App:
    """The app as it is installed; its secrets are the sandbox's own."""

    team: str = "T0SANDBOX"
    team_domain: str = "sandbox"
    app_id: str = "A0CALLEVENTS"
    bot_user: str = "U0CALLEVENTS"
    bot_id: str = "B0CALLEVENTS"
    signing_secret: str = field(default="8f742231b10e8888abcd99eee0035a85", repr=False)
    bot_token: str = field(default="xoxb-100000000001-200000000002-sandboxsandboxsandbox", repr=False)
    verification_token: str = field(default="sandboxverificationtoken", repr=False)
    scopes: frozenset[str] = SCOPES
