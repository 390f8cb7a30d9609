"""Who asks: a person, with their workspace, organisation and channel."""

from typing import Literal, NamedTuple, TypeAlias

# Where a person's workspace stands to the app's: "outside" belongs to another organisation (Slack Connect); "elsewhere"
# is another workspace, of the same Enterprise organisation or of another: the request does not say which; "unknown":
# the request does not name the person's workspace, or the app's.
Belonging: TypeAlias = Literal["inside", "elsewhere", "outside", "unknown"]


class Actor(NamedTuple):
    """A person and where they are: Slack's ids; `enterprise` is the app's organisation.

    `team` is the person's workspace; where that is "unknown" the app's, "" for an app of a whole organisation.
    """

    user: str
    team: str
    enterprise: str = ""
    channel: str = ""
    belonging: Belonging = "inside"
