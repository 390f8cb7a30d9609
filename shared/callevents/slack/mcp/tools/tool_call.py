"""One call of a tool: who asks, with which arguments, in how much time, and what answering needs."""

from typing import NamedTuple

from callevents.actor import Actor
from callevents.i18n import N_, gettext_for
from callevents.invocation import Invocation
from callevents.observability.audit_log import audit
from callevents.observability.request_log import RequestOutcome
from callevents.report.text import join_sentences
from callevents.slack.lookups.ack_budget import Budget
from callevents.slack.lookups.resources import SlackResources
from callevents.slack.lookups.result import denial_code
from callevents.slack.lookups.service import LookupService
from callevents.slack.mcp.tools.tool_result import ToolResult
from callevents.slack.requests.fields import Json

SOURCE = "mcp"  # in the log and in the audit trail
LATE = N_("The contact center did not answer in time. Nothing goes on in the background: ask again.")
NOTHING_DONE = N_("Nothing was looked up.")
NO_INSTANCE = N_("There is no instance of that name here.")
NO_DEFAULT = N_("No contact center is set up as the default: name one, or ask your administrator.")


class Unusable(NamedTuple):
    """Arguments that cannot be used; `reason` is a message id that says why."""

    reason: str


class ToolCall(NamedTuple):
    """The circumstances of one call of a tool; `idempotency_key` identifies the request."""

    actor: Actor
    arguments: Json
    resources: SlackResources
    invocation: Invocation
    budget: Budget
    idempotency_key: tuple[str, ...]

    def lookups(self) -> LookupService:
        """Return the service that looks calls up for this call."""
        return LookupService(self.resources, self.invocation, self.budget)

    def refuse(self, unusable: Unusable) -> ToolResult:
        """Return what is wrong with the arguments, or to a person who may not look up calls only that."""
        lookups = self.lookups()
        authorization = lookups.authorize(self.actor)
        denied = lookups.deny(authorization)
        request_log = self.invocation.request_log
        if denied is not None:
            outcome = RequestOutcome("refused", denial_code(denied.denial))
            request_log.set_outcome(*outcome)
            audit("lookup", actor=self.actor, entry=SOURCE, outcome=str(outcome))
            return ToolResult(denied.message.text)
        request_log.set_outcome("refused", why="arguments")
        language = authorization.viewer.language
        _ = gettext_for(language)
        return ToolResult(join_sentences([_(unusable.reason), _(NOTHING_DONE)], language))
