"""The worker's queue, as its callers see it."""

from typing import Protocol

from callevents.clock import Deadline


class WorkerQueue(Protocol):
    """Queues work for the worker; callevents.alibabacloud.fc.fc_async implements it."""

    def hand_over(self, payload: bytes, task_id: str, deadline: Deadline, *, delay: int = 0) -> bool:
        """Queue *payload* to run in *delay* seconds; return False if *task_id* was queued before.

        Raises HandOverFailed if it is not queued by the deadline.
        """
