"""Shares out the three seconds that Slack waits, counted from its sending, with cold start and network included.

Source: https://docs.slack.dev/interactivity/implementing-slash-commands
"""

from typing import NamedTuple

from callevents.clock import Deadline
from callevents.invocation import Invocation

SLACK_TIMEOUT_SECONDS = 3.0
# The response's way back to Slack, across an ocean.
NETWORK_SECONDS = 0.3
# One asynchronous invocation, a new TLS connection included.
HAND_OFF_SECONDS = 0.4
# Kept for one request to Slack after the lookup: a post to a response_url, a window.
POST_RESERVE_SECONDS = 0.35
# Rendering ten calls as a message on a third of a core.
RENDERING_SECONDS = 0.1
# Slack's timestamp has whole seconds and the clocks may differ: an older one is not trusted.
MAX_AGE_SECONDS = 2.0


class Budget(NamedTuple):
    """The deadline of the lookup, and the deadline of the response."""

    lookup: Deadline
    answer: Deadline

    def leaving(self, seconds: float) -> "Budget":
        """Return the budget with both deadlines *seconds* earlier, for a request to Slack that follows."""
        return Budget(self.lookup.earlier_by(seconds), self.answer.earlier_by(seconds))

    def late(self) -> Deadline:
        """Return the deadline of a hand-off after which nothing else follows."""
        return Deadline.after(HAND_OFF_SECONDS, self.answer.clock)


def budget(*, timestamp: int, invocation: Invocation, hands_off: bool) -> Budget:
    """Return the budget of what is left of Slack's three seconds; with *hands_off* it leaves time to queue the lookup.

    *timestamp* is X-Slack-Request-Timestamp. It has whole seconds, so counting from it is never too late. A
    timestamp in the future or more than two seconds old means that the clocks differ: then time counts from arrival.
    """
    age = invocation.arrived_at - timestamp
    spent = age if 0.0 <= age <= MAX_AGE_SECONDS else 0.0
    end = invocation.started_at + SLACK_TIMEOUT_SECONDS - NETWORK_SECONDS - spent
    clock = invocation.clocks.monotonic
    reserve = HAND_OFF_SECONDS if hands_off else RENDERING_SECONDS
    return Budget(lookup=Deadline(end - reserve, clock), answer=Deadline(end, clock))
