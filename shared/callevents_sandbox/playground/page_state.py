"""The state of the page: what exists (once), and what one person sees now."""

from callevents.settings.variables import FUNCTIONS
from callevents_sandbox.fixtures import alerts
from callevents_sandbox.playground.fault_switches import SLOW_SECONDS, SWITCHES
from callevents_sandbox.playground.looked_up import looked_up
from callevents_sandbox.playground.signing_steps import signing_steps
from callevents_sandbox.slack import Posted
from callevents_sandbox.stack import ALERTED, Stack, name_of

Document = dict[str, object]
# The people and channels that the page offers; the workspace has more of both.
PEOPLE = ("U0MEI", "U0SUPERVISOR", "U0GUEST")
CHANNELS = ("C0SUPPORT", "C0ALERTS", "C0PARTNERS")
# The alerts listed first.
FEATURED_ALERTS = (
    "alertmanager-firing-label",
    "cloudmonitor-threshold-name",
    "opsgenie-create-message-several",
    "ccc-abandoned",
    "alertmanager-resolved",
    "generic-none",
    "grafana-wrong-signature",
)
_MAX_MESSAGES = 200


def page_setting(stack: Stack) -> Document:
    """Return what does not change: people, channels, sample calls, alerts, switches."""
    workspace = stack.workspace
    return {
        "bot": workspace.app.bot_user,
        "people": [
            {"id": each.id, "name": each.name, "real_name": each.real_name, "here": each.id in PEOPLE}
            for each in workspace.people.values()
        ],
        "channels": [
            {"id": each.id, "name": each.name, "shared": each.shared, "here": each.id in CHANNELS}
            for each in workspace.channels.values()
        ],
        "samples": [
            {"job": each.job_id, "name": each.name, "description": each.description} for each in stack.samples
        ],
        "alerted": list(ALERTED),
        "alerts": [
            {"name": each.name, "sender": each.sender, "good": each.name in FEATURED_ALERTS}
            for each in sorted(alerts.samples(), key=_rank)
        ],
        "switches": [each.name for each in SWITCHES],
        "slow_seconds": SLOW_SECONDS,
    }


def _rank(sample: alerts.AlertSample) -> tuple[int, str]:
    name = sample.name
    return (FEATURED_ALERTS.index(name) if name in FEATURED_ALERTS else len(FEATURED_ALERTS), name)


def page_state(stack: Stack, user: str, faults: list[str]) -> Document:
    """Return what *user* sees now, what it cost so far, the calls looked up last, and how that request was signed."""
    workspace = stack.workspace
    person = workspace.people[user]
    with workspace.lock:
        messages = [each for each in workspace.visible(user) if each.channel in CHANNELS]
        views = [
            {"id": each.id, "view": dict(each.view)}
            for each in list(workspace.views.values())
            if each.user == user
        ]
        home = workspace.homes.get(user)
    return {
        "user": user,
        "locale": person.locale,
        "timezone": person.timezone,
        "messages": [_message(each) for each in messages[-_MAX_MESSAGES:]],
        "views": views,
        "home": home,
        "faults": faults,
        "bills": [_bill(stack, function) for function in FUNCTIONS],
        "calls": looked_up(stack.center),
        "signature": signing_steps(stack.center),
    }


def _message(message: Posted) -> Document:
    return {
        "channel": message.channel,
        "ts": message.ts,
        "author": message.author,
        "text": message.text,
        "blocks": message.blocks,
        "thread_ts": message.thread_ts,
        "broadcast": message.broadcast,
        "ephemeral": message.ephemeral_to is not None,
        "versions": message.versions,
    }


def _bill(stack: Stack, function: str) -> Document:
    """Sum up all outcomes of a function: the platform's bill restarts with each deployment."""
    name = name_of(function)
    outcomes = [each for each in list(stack.platform.outcomes) if each.function == name]
    return {
        "function": name,
        "invocations": len(outcomes),
        "milliseconds": sum(each.billed_ms for each in outcomes),
        "cold_starts": sum(each.cold for each in outcomes),
    }
