import subprocess
import sys
from collections.abc import Sequence

from callevents.calls.model import NotificationRecord
from callevents.clock import Deadline
from callevents.lookup import look_up

FIRST, SECOND = "job-468a63a2-1111-4222-8333-b1ecf726d4be", "job-0b9d7c54-2222-4333-8444-5f0e6a1c9d21"


class StoredRecords:
    """A record source that gives what it holds and remembers what it was asked."""

    def __init__(self, *records: NotificationRecord) -> None:
        self.records = records
        self.asked: list[tuple[str, list[str]]] = []

    def notification_records(
        self, instance_id: str, keys: Sequence[str], deadline: Deadline
    ) -> Sequence[NotificationRecord]:
        self.asked.append((instance_id, list(keys)))
        return self.records


def record(key: str) -> NotificationRecord:
    return NotificationRecord("ccc-test", key, "Released", '{"eventTime": "2026-03-04T10:22:31.870Z"}')


def test_there_is_one_summary_per_asked_id_in_the_order_asked() -> None:
    shelf = StoredRecords(record(FIRST), record(SECOND), record("job-somebody-elses"))

    summaries = look_up([SECOND, FIRST, SECOND], instance_id="ccc-test", source=shelf, deadline=NEVER)

    assert [SECOND, FIRST, SECOND] == [summary.job_id for summary in summaries]
    assert [1, 1, 1] == [len(summary.events) for summary in summaries]
    assert [("ccc-test", [SECOND, FIRST])] == shelf.asked


def test_an_id_without_records_has_a_summary_that_says_so() -> None:
    (summary,) = look_up([FIRST], instance_id="ccc-test", source=StoredRecords(), deadline=NEVER)

    assert "no_records" == summary.outcome


NEVER = Deadline(expires_at=float("inf"), clock=lambda: 0.0)


def test_a_lookup_with_records_loads_nothing_of_the_second_source() -> None:
    lines = (
        "import sys",
        "from callevents.alibabacloud.ccc.contact_center import ContactCenter",
        "from callevents.lookup import look_up",
        "from callevents.slack.lookups.service import LookupService",
        "from callevents.worker.lookup import look_up_request",
        "print([name for name in sys.modules if 'detail_' in name])",
    )
    done = subprocess.run(
        [sys.executable, "-c", "\n".join(lines)], capture_output=True, text=True, check=True, timeout=60
    )
    assert done.stdout == "[]\n"
