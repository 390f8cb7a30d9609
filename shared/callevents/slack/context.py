"""One verified request of Slack: who sent it, the time there is to answer, and what answering needs."""

from typing import TYPE_CHECKING, TypeVar

from callevents.actor import Actor
from callevents.errors import SlackError
from callevents.invocation import Invocation
from callevents.report.viewer import Viewer
from callevents.settings.model import Settings
from callevents.slack.api.web_api import SlackApi
from callevents.slack.blocks.block_kit import Message
from callevents.slack.lookups.ack_budget import Budget
from callevents.slack.lookups.operation import ANSWER, Operation
from callevents.slack.lookups.request import LookupRequest
from callevents.slack.lookups.resources import SlackResources
from callevents.slack.lookups.service import DenialNotice, LookupService
from callevents.slack.requests.command_text import NOTHING_LEFT_OUT, LeftOut
from callevents.slack.requests.interactions import Interaction
from callevents.slack.requests.parser import Command, Incoming, SlackEvent

if TYPE_CHECKING:
    from slack_bolt import BoltContext

KEY = "request_context"  # in bolt's own context

T = TypeVar("T", Command, SlackEvent, Interaction)


class RequestContext:
    """The parsed request, who sent it, the time there is to answer, and what answering needs.

    `idempotency_key` identifies the request, for task ids; an event that `is_repeated` reaches several instances.
    """

    def __init__(
        self,
        *,
        incoming: Incoming,
        resources: SlackResources,
        invocation: Invocation,
        budget: Budget,
        idempotency_key: tuple[str, ...],
        is_repeated: bool = False,
    ) -> None:
        self.incoming = incoming
        self.resources = resources
        self.invocation = invocation
        self.budget = budget
        self.idempotency_key = idempotency_key
        self.is_repeated = is_repeated
        self.actor = _actor(incoming)
        self.lookups = LookupService(resources, invocation, budget)

    @property
    def settings(self) -> Settings:
        """The settings."""
        return self.resources.settings

    def expect(self, kind: type[T]) -> T:
        """Return the parsed request, which bolt has matched; raise TypeError for another kind."""
        if not isinstance(self.incoming, kind):
            raise TypeError("a request of another kind")
        return self.incoming

    def authorize_or_deny(self) -> tuple[Viewer, DenialNotice | None]:
        """Return how to write to the person, and why they may not look up calls, None where they may."""
        authorization = self.lookups.authorize(self.actor)
        return authorization.viewer, self.lookups.deny(authorization)

    def lookup_request(
        self,
        jobs: tuple[str, ...],
        instance: str,
        source: str,
        *,
        response_url: str = "",
        channel: str | None = None,
        thread: str = "",
        operation: Operation = ANSWER,
        left_out: LeftOut = NOTHING_LEFT_OUT,
        mention: str | None = None,
        unchecked: bool = False,
    ) -> LookupRequest:
        """Return the request for a lookup by the person who sent this request; in *channel* if it is another one."""
        actor = self.actor if channel is None else self.actor._replace(channel=channel)
        return LookupRequest(
            jobs=jobs,
            instance=instance,
            actor=actor,
            source=source,
            idempotency_key=self.idempotency_key,
            asked_at=self.invocation.arrived_at,
            response_url=response_url,
            channel=actor.channel,
            thread=thread,
            operation=operation,
            left_out=left_out,
            mention=mention,
            unchecked=unchecked,
        )

    def api(self) -> SlackApi | None:
        """Return the Web API, None where there is no bot token."""
        return self.resources.slack(self.invocation.request_log) if self.settings.slack_bot_token else None

    def post(self, url: str, message: Message, *, replace: bool, thread: str = "") -> SlackError | None:
        """Post *message* for the person alone to a response_url in the time that is left; return the error, if any.

        A new message goes into *thread*.
        """
        try:
            self.resources.response_urls(self.invocation).post(
                url, message, self.budget.answer, replace=replace, thread=thread
            )
        except SlackError as error:
            return error
        return None


def request_context(context: "BoltContext") -> RequestContext:
    """Return the request context inside bolt's own context."""
    found = context[KEY]
    if not isinstance(found, RequestContext):
        raise TypeError("no request context")
    return found


def _actor(incoming: Incoming) -> Actor:
    if isinstance(incoming, Command | Interaction | SlackEvent):
        return Actor(incoming.user, incoming.team, incoming.enterprise, incoming.channel, incoming.belonging)
    return Actor(user="", team="", belonging="unknown")
