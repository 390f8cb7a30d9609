"""Names for asynchronous work, so that the same work is queued once."""

import hashlib


def task_id(*parts: str) -> str:
    """Return the task id of what *parts* make unique: a letter first, then hex, as Function Compute wants it.

    Source: https://www.alibabacloud.com/help/en/fc/task-deduplication
    """
    digest = hashlib.sha256("\x00".join(parts).encode("utf-8", "surrogatepass")).hexdigest()
    return f"t_{digest}"
