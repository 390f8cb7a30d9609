"""How long an answer may take: Slack waits three seconds from its own sending, cold start and network included.

Source: https://docs.slack.dev/interactivity/implementing-slash-commands
"""

from typing import NamedTuple

from callevents.clock import Deadline
from callevents.invocation import Invocation

SLACK_WAITS = 3.0
# The way back: out of the platform and over the sea to Slack.
NETWORK = 0.3
# One asynchronous invocation, a new TLS connection included.
HAND_OVER = 0.4
# One request to Slack: a post to a response_url, a window.
POST = 0.35
# Turning ten calls into a message on a third of a core.
RENDERING = 0.1
# Slack's stamp says whole seconds and our clocks may differ: what looks older than this is not believed.
OLDEST_STAMP = 2.0


class Budget(NamedTuple):
    """By when the lookup must have ended, and by when the answer must be on its way."""

    lookup: Deadline
    answer: Deadline

    def leaving(self, seconds: float) -> "Budget":
        """Return the budget of what must be done *seconds* earlier, because a request to Slack follows."""
        return Budget(self.lookup.earlier_by(seconds), self.answer.earlier_by(seconds))

    def late(self) -> Deadline:
        """Return by when a hand-over must have ended that nothing else follows."""
        return Deadline.after(HAND_OVER, self.answer.clock)


def budget(*, stamp: int, invocation: Invocation, hands_over: bool) -> Budget:
    """Share out what is left of Slack's three seconds; with *hands_over* the lookup leaves room to call the worker.

    *stamp* is X-Slack-Request-Timestamp. It has whole seconds, so counting from it is never too late. A stamp in the
    future or more than two seconds old tells of another clock: then the time counts from the arrival.
    """
    age = invocation.arrived_at - stamp
    spent = age if 0.0 <= age <= OLDEST_STAMP else 0.0
    end = invocation.started_at + SLACK_WAITS - NETWORK - spent
    clock = invocation.clocks.monotonic
    room = HAND_OVER if hands_over else RENDERING
    return Budget(lookup=Deadline(end - room, clock), answer=Deadline(end, clock))
