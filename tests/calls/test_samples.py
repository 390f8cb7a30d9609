"""The documented sequences, each with all its facts."""

from collections.abc import Callable
from typing import Any

import pytest

from callevents.calls.model import NotificationRecord

Facts = Callable[..., dict[str, Any]]
NONE = None
# name: direction, outcome, answered, by, ended; queue, ring, talk, hold; ended by; agents
EXPECTED: dict[str, tuple[Any, ...]] = {
    "agent-outbound": ("outbound", "answered", "01:00:18.068", "alice", "01:01:21.461",
                       NONE, 8.311, 63.35, 0, "customer", "alice"),
    "agent-outbound-agent-hangs-up": ("outbound", "answered", "01:20:17.952", "alice", "01:20:59.873",
                                      NONE, 8.311, 41.883, 0, "agent", "alice"),
    "inbound-ivr": ("inbound", "answered", "02:00:27.714", "alice", "02:03:31.900",
                    4.18, 5.246, 184.134, 0, "agent", "alice"),
    "abandoned-in-queue": ("inbound", "abandoned_in_queue", NONE, NONE, "03:00:57.105",
                           47.26, NONE, NONE, NONE, "customer", ""),
    "abandoned-in-ivr": ("inbound", "abandoned_in_ivr", NONE, NONE, "03:20:07.219",
                         NONE, NONE, NONE, NONE, "customer", ""),
    "abandoned-while-ringing": ("inbound", "abandoned_while_ringing", NONE, NONE, "03:40:26.027",
                                4.18, 11.937, NONE, NONE, "customer", "alice"),
    "queue-timeout": ("inbound", "queue_timeout", NONE, NONE, "04:02:15.011",
                      120.004, NONE, NONE, NONE, NONE, ""),
    "agent-no-answer": ("inbound", "no_answer", NONE, NONE, "04:20:48.828",
                        4.18, 30.013, NONE, NONE, NONE, "alice"),
    "agent-to-agent": ("internal", "answered", "05:00:07.603", "bob", "05:00:46.071",
                       NONE, 6.754, 38.431, 0, "agent", "alice bob"),
    "sip-phone-to-agent": ("internal", "answered", "06:00:05.551", "alice", "06:00:32.330",
                           NONE, 5.004, 26.73, 0, "agent", "alice bob"),
    "sip-phone-to-customer": ("outbound", "answered", "07:00:08.706", "alice", "07:01:41.215",
                              NONE, 8.247, 92.485, 0, "customer", "alice"),
    "back-to-back": ("back2back", "answered", "08:00:18.455", NONE, "08:01:07.261",
                     NONE, NONE, 48.77, 0, "customer", ""),
    "hold-and-mute": ("outbound", "answered", "09:00:17.952", "alice", "09:02:03.790",
                      NONE, 8.311, 105.81, 42.61, "customer", "alice"),
    "blind-transfer": ("inbound", "answered", "10:00:27.352", "alice", "10:02:42.495",
                       4.18, 5.246, 135.107, 0, "customer", "alice bob"),
    "attended-transfer": ("outbound", "answered", "11:00:17.569", "alice", "11:02:22.996",
                          NONE, 8.311, 125.391, 0, "customer", "alice bob"),
    "monitor": ("inbound", "answered", "12:00:27.209", "alice", "12:01:56.615",
                4.18, 5.246, 89.369, 0, "customer", "alice carol"),
    "barge-in": ("inbound", "answered", "13:00:27.233", "alice", "13:02:06.562",
                 4.18, 5.246, 99.298, 0, "customer", "alice carol"),
    "intercept": ("outbound", "answered", "14:00:17.492", "alice", "14:02:11.547",
                  NONE, 8.311, 114.018, 0, "customer", "alice carol"),
    "coach": ("inbound", "answered", "15:00:27.587", "alice", "15:02:15.405",
              4.18, 5.246, 107.785, 0, "customer", "alice carol"),
    "after-the-call": ("outbound", "answered", "16:00:17.690", "alice", "16:01:38.981",
                       NONE, 8.311, 81.25, 0, "customer", "alice"),
    "voicemail": ("inbound", "voicemail", NONE, NONE, "16:30:52.435",
                  NONE, NONE, NONE, NONE, "customer", ""),
}  # fmt: skip
KEYS = """
    job_id instance_id direction media outcome started_at answered_at answered_by ended_at queue_seconds
    ring_seconds talk_seconds hold_seconds ended_by release_code release_text caller callee agents skill_groups
    transfers recordings complete warnings events
"""


@pytest.mark.parametrize("name", EXPECTED)
def test_each_documented_sequence_tells_its_facts(
    name: str, samples: dict[str, list[NotificationRecord]], facts: Facts
) -> None:
    records = samples[name]

    found = facts(records, records[0].notification_key)

    def time(key: str) -> str | None:
        return found[key][11:-1] if found[key] else None

    by = found["answered_by"]
    assert (
        found["direction"],
        found["outcome"],
        time("answered_at"),
        by and by.removesuffix("@ccc-test"),
        time("ended_at"),
        found["queue_seconds"],
        found["ring_seconds"],
        found["talk_seconds"],
        found["hold_seconds"],
        found["ended_by"],
        " ".join(agent.removesuffix("@ccc-test") for agent in found["agents"]),
    ) == EXPECTED[name]
    assert found["media"] == "audio"
    assert (found["release_code"], found["release_text"]) == (200, "Okay")
    assert (found["complete"], found["warnings"]) == (True, [])
    assert list(found) == KEYS.split()
    assert [event["type"] for event in found["events"]] == [each.notification_type for each in records]


def test_every_sequence_of_the_file_is_expected(samples: dict[str, list[NotificationRecord]]) -> None:
    assert samples.keys() == EXPECTED.keys()


def test_transfers_and_recordings(samples: dict[str, list[NotificationRecord]], facts: Facts) -> None:
    def of(name: str, key: str) -> Any:
        return facts(samples[name], samples[name][0].notification_key)[key]

    assert of("blind-transfer", "transfers") == [
        {"at": "2026-03-04T10:01:22.685Z", "kind": "blind", "from": "80010011", "to": "80010022"}
    ]
    assert of("attended-transfer", "transfers") == [
        {"at": "2026-03-04T11:01:18.704Z", "kind": "attended", "from": "80010011", "to": "80010022"}
    ]
    assert of("after-the-call", "recordings") == ["job-ec612983-232e-4173-9f2c-9d0b1d28afbd.wav"]
    assert of("voicemail", "recordings") == ["job-360db8f5-e71d-491f-85d5-22657c090515.wav"]


def test_the_timeline_names_the_legs(samples: dict[str, list[NotificationRecord]], facts: Facts) -> None:
    records = samples["barge-in"]
    found = facts(records, records[0].notification_key)["events"]

    legs = {(event["type"], event["agent"], event["leg"]) for event in found}

    assert ("Established", "carol@ccc-test", "supervisor") in legs
    assert ("Established", "alice@ccc-test", "agent") in legs
    assert ("Released", None, "customer") in legs
    assert ("AgentReady", "alice@ccc-test", None) in legs
    assert found[-2] == {
        "at": "2026-03-04T13:02:06.569Z",
        "type": "AgentRelease",
        "label": "Agent off the call",
        "leg": "agent",
        "agent": "alice@ccc-test",
        "detail": None,
    }
