"""Which calls have a detail record now."""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from callevents_sandbox.ccc.details.calls.call import Call, read_call
from callevents_sandbox.fixtures.samples import Record
from callevents_sandbox.server.faults import Fault


@dataclass(slots=True)
class CallStore:
    """The calls behind *records*, by job id; remembers when each was first asked for, and what was read of it.

    A search reads every call: what would be kept of the latest only would be read anew for each page.
    """

    records: Mapping[str, Sequence[Record]]
    clock: Callable[[], float]
    _read: dict[tuple[str, str], tuple[tuple[Record, ...], Call | None]] = field(default_factory=dict)
    _first_asked: dict[str, float] = field(default_factory=dict)

    def call(self, instance_id: str, job_id: str, modes: Collection[Fault]) -> Call | None:
        """Return the call *job_id* of *instance_id* if *modes* let it have a record, else None."""
        records = tuple(each for each in self.records.get(job_id, ()) if each.instance_id == instance_id)
        if not records:
            return None
        known = self._read.get((instance_id, job_id))
        if known is None or known[0] != records:
            known = self._read[instance_id, job_id] = records, read_call(records)
        call = known[1]
        return call if call and self._kept(call, modes) else None

    def calls(self, instance_id: str, modes: Collection[Fault]) -> Iterator[Call]:
        """Return all calls of *instance_id* that have a record."""
        for job_id in list(self.records):
            if call := self.call(instance_id, job_id, modes):
                yield call

    def _kept(self, call: Call, modes: Collection[Fault]) -> bool:
        kinds = {each.kind for each in modes}
        late = [each.seconds for each in modes if each.kind == "record_late"]
        if "record_missing" in kinds:
            return False
        if late and self.clock() < self._first_asked.setdefault(call.job_id, self.clock()) + max(late):
            return False
        return call.over or "record_running" in kinds
