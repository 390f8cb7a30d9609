"""A search for calls as ListCallDetailRecordsV2 takes it, and the page that it gives."""

import json
from typing import Final, NamedTuple

from callevents.calls.model import Instant
from callevents.calls.records.detail_record import DetailRow

_MILLISECOND: Final = 1_000_000  # in an Instant
MAX_PAGE: Final = 100
MAX_PAGE_SIZE: Final = 100


class CallSearch(NamedTuple):
    """The calls to list: those that began from `since` to `until`, and fit whatever else is given, newest first.

    `number` is either side's. The service has 100 pages of at most 100 rows.
    """

    since: Instant
    until: Instant
    number: str | None = None
    agent: str | None = None
    skill_groups: tuple[str, ...] = ()
    dispositions: tuple[str, ...] = ()
    job_ids: tuple[str, ...] = ()
    page: int = 1
    page_size: int = 20

    def query(self, instance_id: str) -> list[tuple[str, str]]:
        """Return the parameters; the range is always among them, for without one the service means today."""
        found = [
            ("InstanceId", instance_id),
            ("PageNumber", str(self.page)),
            ("PageSize", str(self.page_size)),
            ("StartTime", str(self.since // _MILLISECOND)),
            ("EndTime", str(-(-self.until // _MILLISECOND))),
            ("OrderByField", "startTime"),
            ("SortOrder", "DESC"),
        ]
        if self.number:
            found.append(("Number", self.number))
        if self.agent:
            found.append(("AgentId", self.agent))
        lists = (
            ("SkillGroupIdList", self.skill_groups),
            ("ContactDispositionList", self.dispositions),
            ("ContactIdList", self.job_ids),
        )
        return found + [(name, json.dumps(values, separators=(",", ":"))) for name, values in lists if values]


class DetailRecordPage(NamedTuple):
    """A page of calls; `total` counts those of all pages, None where the service does not say: on all but the first.

    It is None too where it is less than the page has.
    """

    rows: tuple[DetailRow, ...]
    total: int | None
