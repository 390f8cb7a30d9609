"""Tests of what the worker does not take for its own, and does not ask for: messages of other apps, other instances."""

import json
from typing import Any

from callevents.tasks.envelope import FindEnvelope, Requester
from callevents_sandbox.slack import Posted


def forge(worker_env: Any, card: Posted, bot_id: str) -> Posted:
    """Post what another app of the channel may: the text, blocks and metadata of *card*, with its own bot id."""
    forged: Posted = worker_env.workspace.post("C0ALERTS", "U0OTHERAPP", card.text, card.blocks)
    forged.metadata = card.metadata
    forged.more = {"bot_id": bot_id}
    return forged


def test_another_apps_message_with_our_metadata_is_no_card(worker_env: Any) -> None:
    alert = worker_env.alert(title="Call dropped")
    worker_env.deliver(alert)
    (card,) = worker_env.cards
    forged = forge(worker_env, card, "B0OTHERAPP")
    end = alert.model_copy(update={"state": "resolved", "jobs": (), "resolved_jobs": alert.jobs})
    worker_env.deliver(end, worker_env.new_worker())  # it knows the card from the channel's history only

    (line,) = worker_env.replies
    assert line.thread_ts == card.ts
    assert (card.versions, forged.versions) == (2, 1)


def test_an_instance_that_is_not_allowed_is_not_asked(worker_env: Any) -> None:
    worker_env.deliver(worker_env.alert(title="Call dropped", instance="ccc-of-another-company"))

    (card,) = worker_env.cards
    assert "Call dropped" in card.text
    assert "no instance" in json.dumps(card.blocks)
    assert worker_env.center.asked == []


def test_neither_a_lookup_nor_a_search_asks_an_instance_that_is_not_allowed(worker_env: Any) -> None:
    lookup = worker_env.command(worker_env.job(), instance="ccc-of-another-company", channel="C0SUPPORT")
    search = FindEnvelope(
        instance="ccc-of-another-company",
        requester=Requester(user="U0MEI", team="T0SANDBOX", channel="C0SUPPORT"),
        asked_at=worker_env.clock(),
        query_kind="number",
        query_value="13800000201",
        since=0,
        until=1,
        channel="C0SUPPORT",
    )

    for envelope in (lookup, search):
        worker_env.deliver(envelope.model_dump_json().encode())

    texts = [message.text for message in worker_env.workspace.messages]
    assert len(texts) == 2
    assert all("no instance of that name" in text for text in texts)
    assert worker_env.center.asked == []
