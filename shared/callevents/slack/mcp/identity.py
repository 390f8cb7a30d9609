"""Who asks through the assistant: the person whom Slack names in each request, and where they belong.

Slack names the person's workspace, but not where the app is installed: that is asked once an hour (`auth.test`).
Sources: https://docs.slack.dev/ai/slackbot-mcp-client, https://docs.slack.dev/reference/methods/auth.test
"""

import logging

from callevents.actor import Actor
from callevents.clock import Deadline
from callevents.invocation import Invocation
from callevents.slack.lookups.resources import SlackResources
from callevents.slack.requests.fields import (
    Installation,
    Json,
    belongs,
    nested,
    slack_id,
)
from callevents.slack.users.access import early_denial

_PEOPLE, _WORKSPACES = ("U", "W"), ("T", "E")  # what their ids begin with

_log = logging.getLogger(__name__)


def asker(params: Json) -> Actor | None:
    """Return the person whom Slack names in *params*, None where it names none; nothing is known of them yet."""
    about = nested(params, "_meta", "slack")
    user, team = slack_id(about, "user_id"), slack_id(about, "team_id")
    if not user.startswith(_PEOPLE) or not team.startswith(_WORKSPACES):
        return None
    return Actor(user, team, slack_id(about, "enterprise_id"), belonging="unknown")


def placed(
    actor: Actor, resources: SlackResources, invocation: Invocation, deadline: Deadline
) -> Actor | None:
    """Return *actor* with how their workspace relates to the app's; None where Slack does not say in time.

    Where the settings name the workspaces, these decide. Where nobody can be asked, nothing is known of the person.
    """
    if resources.settings.teams:
        installed = Installation(actor.team, actor.enterprise)
    elif resources.settings.slack_bot_token:
        if early_denial(resources.settings, actor) is None:
            resources.ask_about(actor, invocation)  # beside the other question: there is no time to ask twice
        known = _installation(resources, invocation, deadline)
        if known is None:
            return None
        installed = known
    else:
        installed = Installation("", "")
    team, belonging = belongs(actor.team, installed)
    return actor._replace(team=team, enterprise=installed.enterprise, belonging=belonging)


def _installation(
    resources: SlackResources, invocation: Invocation, deadline: Deadline
) -> Installation | None:
    """Return where the app is installed, None where Slack does not say in time."""
    clock = invocation.clocks.monotonic
    with invocation.request_log.timer("people", clock):
        known = resources.people.installation(resources.slack, clock, deadline)
    if isinstance(known, Installation):
        return known
    _log.warning("installation not known: %s", known, extra={"code": "installation"})
    return None
