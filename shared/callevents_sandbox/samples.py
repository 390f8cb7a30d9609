"""The sample calls: the documented sequences of events, and what each shows."""

import json
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files

_DESCRIPTIONS = {
    "agent-outbound": "An agent calls a customer, who hangs up",
    "agent-outbound-agent-hangs-up": "An agent calls a customer and hangs up first",
    "inbound-ivr": "A customer comes through the menu and the queue to an agent",
    "abandoned-in-queue": "The customer gives up while waiting in the queue",
    "abandoned-in-ivr": "The customer gives up in the menu",
    "abandoned-while-ringing": "The customer gives up while the agent's phone rings",
    "queue-timeout": "Nobody is free: the queue's time limit passes",
    "agent-no-answer": "The agent does not pick up",
    "agent-to-agent": "One agent calls another",
    "sip-phone-to-agent": "A desk phone calls an agent; events come in a strange order",
    "sip-phone-to-customer": "A desk phone calls a customer",
    "back-to-back": "The centre calls two people and connects them",
    "hold-and-mute": "The customer is put on hold, the agent mutes the phone",
    "blind-transfer": "The first agent passes the call on to a second one",
    "attended-transfer": "The first agent asks a second one, then passes the call on",
    "monitor": "A supervisor listens in",
    "barge-in": "A supervisor joins the call",
    "intercept": "A supervisor takes the call over",
    "coach": "A supervisor whispers to the agent",
    "after-the-call": "A finished call with recordings, call record and survey",
    "voicemail": "The customer leaves a voice message",
    "old-id": "The call through menu and queue again, with ids of the older form",
}


@dataclass(frozen=True, slots=True)
class Record:
    """A notification record: what the contact center once pushed about a call."""

    instance_id: str
    notification_key: str
    notification_type: str
    content: str

    def document(self) -> dict[str, object]:
        """Return it as ListNotificationRecords prints it."""
        return {
            "InstanceId": self.instance_id,
            "NotificationKey": self.notification_key,
            "NotificationType": self.notification_type,
            "Content": self.content,
        }


@dataclass(frozen=True, slots=True)
class Sample:
    """One call: its `job_id`, a name, one line about what it shows, and its records in order."""

    name: str
    job_id: str
    description: str
    records: tuple[Record, ...] = field(repr=False)


@cache
def samples() -> tuple[Sample, ...]:
    """Return the sample calls in the order of the vendor's page."""
    lines = (files("callevents_sandbox") / "data" / "sequences.jsonl").read_text("utf-8").splitlines()
    return tuple(_sample(json.loads(line)) for line in lines)


def sample(name: str) -> Sample:
    """Return the sample called *name*; raise KeyError if there is none."""
    return {each.name: each for each in samples()}[name]


def under(given: Sample, job_id: str) -> tuple[Record, ...]:
    """Return the records of the call *given* under another id."""
    return tuple(
        Record(each.instance_id, job_id, each.notification_type, each.content.replace(given.job_id, job_id))
        for each in given.records
    )


def _sample(line: dict[str, object]) -> Sample:
    given = line["records"]
    assert isinstance(given, list)  # noqa: S101 - our own data file
    records = tuple(
        Record(each["InstanceId"], each["NotificationKey"], each["NotificationType"], each["Content"])
        for each in given
    )
    name = str(line["name"])
    return Sample(name, records[0].notification_key, _DESCRIPTIONS[name], records)
