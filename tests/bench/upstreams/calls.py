"""Calls of any number of records."""

import json
from itertools import cycle, islice

from callevents_sandbox.fixtures.samples import Record, sample

_TALK_BEGINS = 2 * 3600 + 28  # seconds of the day, within the talk of the documented call
_TALK_SECONDS = 180


# The numbers of calls that have no notification records: of the first there is a row in the list of calls besides its
# detail record, of the second the list is not allowed to the role.
UNRECORDED, UNLISTED = 900, 901


def job_of(size: int, number: int = 0) -> str:
    """Return the id of the call of *size* records."""
    return f"job-{size:08d}-0000-4000-8000-{number:012d}"


def records_of(size: int, number: int = 0) -> list[Record]:
    """Return a call of *size* records, in which ten make a whole one and more are holds during the talk."""
    given, job_id = sample("inbound-ivr"), job_of(size, number)
    whole = [
        Record(each.instance_id, job_id, each.notification_type, each.content.replace(given.job_id, job_id))
        for each in given.records
        if each.notification_type != "AgentReady"
    ]
    if size <= len(whole):
        return whole[len(whole) - size :]
    at = next(i for i, each in enumerate(whole) if each.notification_type == "Released")
    established = next(each for each in whole if each.notification_type == "Established")
    more = size - len(whole)
    kinds = islice(cycle(("Held", "Retrieved")), more)
    holds = [_hold(established, kind, step / more * _TALK_SECONDS) for step, kind in enumerate(kinds)]
    return [*whole[:at], *holds, *whole[at:]]


def answer_of(size: int) -> bytes:
    """Return the contact center's whole answer about the call of *size* records."""
    data = [each.document() for each in records_of(size)]
    return json.dumps({"Code": "OK", "HttpStatusCode": 200, "Data": data, "RequestId": "1-bench"}).encode()


def _hold(established: Record, kind: str, after: float) -> Record:
    content = json.loads(established.content)
    day = content["eventTime"].partition("T")[0]
    minutes, seconds = divmod(_TALK_BEGINS + after, 60)
    content["eventTime"] = f"{day}T{minutes // 60:02.0f}:{minutes % 60:02.0f}:{seconds:06.3f}Z"
    content["eventType"] = kind
    return Record(
        established.instance_id, established.notification_key, kind, json.dumps(content, indent="\t")
    )
