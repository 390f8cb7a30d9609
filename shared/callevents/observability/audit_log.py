"""Writes the audit trail: one line for each lookup, share and reveal, with nothing of the answer's content."""

import logging
from collections.abc import Sequence

from callevents.actor import Actor
from callevents.observability.emit import emit

_log = logging.getLogger("callevents.audit")


def audit(
    action: str,
    *,
    actor: Actor,
    entry: str,
    outcome: str,
    jobs: Sequence[str] = (),
    instance: str = "",
    task: str = "",
    sought: str = "",
) -> None:
    """Write who did *action*, to which calls, from where (*entry*: command, refresh, …), and with what outcome.

    Of a search, *sought* is its kind and a keyed digest of what was sought, never the number.

    A lookup that is handed over leaves two lines: `handed_over` by the function that was asked, and the outcome by the
    worker (*entry*: worker, or the alert's sender). *task* is the same in both.
    The time and the request id are the log line's own. The line is there at any log level.
    """
    emit(
        _log,
        f"{action}: {outcome}",
        {
            "code": "audit",
            "action": action,
            "outcome": outcome,
            "entry": entry,
            "jobs": " ".join(jobs),
            "instance": instance,
            "task": task,
            **({"sought": sought} if sought else {}),
            "user": actor.user,
            "team": actor.team,
            "enterprise": actor.enterprise,
            "channel": actor.channel,
        },
    )
