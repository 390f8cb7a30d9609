"""One verified request on its way through slack-bolt: what a listener needs beside bolt's own arguments."""

from typing import TYPE_CHECKING

from callevents.actor import Actor, Belonging
from callevents.errors import SlackError
from callevents.invocation import Invocation
from callevents.settings.model import Settings
from callevents.slack.api import response_url as reply
from callevents.slack.api.web_api import SlackApi
from callevents.slack.lookups.ack_budget import POST, Budget
from callevents.slack.lookups.resources import SlackResources
from callevents.slack.lookups.service import LookupService
from callevents.slack.messages.answer import Message
from callevents.slack.requests.interactions import Interaction
from callevents.slack.requests.parser import Command, Event, Incoming

if TYPE_CHECKING:
    from slack_bolt import BoltContext

KEY = "turn"


class RequestContext:
    """The request in our types, whose it is, the time there is, and who answers.

    `unique` is what makes the request unique, for task ids. `accident` is what a listener raised, for the log. `again`
    asks Slack to send an event once more.
    """

    def __init__(
        self,
        *,
        incoming: Incoming,
        service: SlackResources,
        invocation: Invocation,
        budget: Budget,
        unique: tuple[str, ...],
    ) -> None:
        self.incoming = incoming
        self.service = service
        self.invocation = invocation
        self.budget = budget
        self.unique = unique
        self.accident: BaseException | None = None
        self.again = False

    @property
    def settings(self) -> Settings:
        """The settings."""
        return self.service.settings

    @property
    def desk(self) -> LookupService:
        """Who answers inquiries."""
        return LookupService(self.service, self.invocation, self.budget)

    @property
    def desk_before_post(self) -> LookupService:
        """Who answers inquiries whose answer is not the acknowledgement, but one more request to Slack."""
        return LookupService(self.service, self.invocation, self.budget.leaving(POST))

    def api(self) -> SlackApi | None:
        """Return the Web API, None where there is no bot token."""
        return self.service.slack(self.invocation.request_log) if self.settings.slack_bot_token else None

    @property
    def actor(self) -> Actor:
        """Who sent the request, and where."""
        incoming = self.incoming
        if not isinstance(incoming, Command | Interaction | Event):
            return Actor(user="", team="")
        belonging: Belonging = "inside" if isinstance(incoming, Command) else incoming.belonging
        return Actor(incoming.user, incoming.team, incoming.enterprise, incoming.channel, belonging)

    def post(
        self, url: str, message: Message, *, replace: bool, in_channel: bool = False, thread: str = ""
    ) -> SlackError | None:
        """Post *message* to a response_url in what is left of the time; return what went wrong.

        It is ephemeral, or for all *in_channel*; a new one goes into *thread*.
        """
        try:
            reply.post(
                self.service.client(),
                url,
                message,
                self.settings.response_url_hosts,
                self.budget.answer,
                sleep=self.invocation.clocks.sleep,
                replace=replace,
                in_channel=in_channel,
                thread=thread,
                request_log=self.invocation.request_log,
            )
        except SlackError as error:
            return error
        return None


def request_context(context: "BoltContext") -> RequestContext:
    """Return the turn that *context* belongs to."""
    turn = context[KEY]
    if not isinstance(turn, RequestContext):
        raise TypeError("a context without a turn")
    return turn
