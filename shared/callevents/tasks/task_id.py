"""Task ids, which make Function Compute queue the same work once."""

import hashlib
from functools import lru_cache


@lru_cache(maxsize=64)  # a request names its task in more than one line of the log
def task_id(*parts: str) -> str:
    """Return the task id of the work that *parts* identify: `t_` and 64 hex digits.

    Source: https://www.alibabacloud.com/help/en/fc/task-deduplication
    """
    digest = hashlib.sha256("\x00".join(parts).encode("utf-8", "surrogatepass")).hexdigest()
    return f"t_{digest}"
