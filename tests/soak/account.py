"""What became of everything that was accepted."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from callevents_sandbox.slack import View
from callevents_sandbox.slack.posted import Posted

# Of what was accepted, so much may be answered twice, and one in a short run. Not counted is what nobody can prevent:
# where it cannot be known that a message is there, it is posted once more rather than not at all.
MAX_TWICE = 0.001
PENDING, FAILED = "⏳", "❗"


@dataclass(frozen=True)
class SentRequest:
    """What somebody asked about one call, by whatever door (`kind`).

    `error` is what Slack or the sender reports where the request was not accepted. What it led to is shown in
    `channel`, where nobody else asks, or in `window`; without a channel, in any message that names the call. `seen` are
    the messages that were in the channel before, and how often each had been changed. `became` is what came of a
    request whose response is all that ever comes of it, "" for the others.
    """

    kind: str
    job_id: str
    error: str | None
    seconds: float
    became: str = ""
    channel: str = ""
    window: View | None = field(default=None, repr=False)
    seen: Mapping[str, int] = field(default_factory=dict)

    @property
    def names(self) -> list[str]:
        """What identifies it wherever it goes, in requests, messages and tasks, and nobody else's request."""
        places = [*filter(None, (self.channel, self.window.id if self.window else ""))]
        return places or [self.job_id]  # a form that another person opens names the last call of all


@dataclass(frozen=True)
class Account:
    """How often what came out, and the calls of which nobody heard."""

    counts: Mapping[str, Counter[str]]
    lost: tuple[SentRequest, ...]
    repeated: tuple[SentRequest, ...] = ()

    @property
    def twice(self) -> int:
        """How many were answered twice."""
        return len(self.repeated)

    @property
    def accepted(self) -> int:
        """How many were accepted."""
        return sum(each["accepted"] for each in self.counts.values())

    def too_often_twice(self, unpreventable: int) -> bool:
        """Say whether more were answered twice than may be, beside those that nobody could prevent."""
        return self.twice - unpreventable > max(1.0, MAX_TWICE * self.accepted)

    @property
    def thin(self) -> bool:
        """Say whether by one of the doors fewer than half were taken, or nothing was asked at all."""
        return not self.counts or any(2 * each["accepted"] < each["sent"] for each in self.counts.values())

    def text(self) -> str:
        """Return the account as lines."""
        order = (
            "sent",
            "not taken",
            "accepted",
            "answered",
            "answered twice",
            "failure reported",
            "failure destination",
            "lost",
        )
        width = max(map(len, order))
        kinds = list(self.counts)
        lines = [" " * width + "".join(f"{kind:>12}" for kind in kinds)]
        lines += [
            f"{name:<{width}}" + "".join(f"{self.counts[kind][name]:>12}" for kind in kinds) for name in order
        ]
        return "\n".join(lines)


def account(
    asked: Iterable[SentRequest],
    messages: Iterable[Posted],
    given_up: Iterable[bytes],
) -> Account:
    """Return what became of *asked*, as the app's *messages* and the requests' windows tell, and what was given up."""
    requests = list(asked)
    own_channels = {each.channel for each in requests if each.channel}
    there: dict[str, list[Posted]] = {}
    elsewhere: list[Posted] = []
    for message in messages:
        if not message.deleted:
            (there.setdefault(message.channel, []) if message.channel in own_channels else elsewhere).append(
                message
            )
    heard = _by_call(elsewhere)
    destination = b"\n".join(given_up)
    counts: dict[str, Counter[str]] = {}
    noted: dict[str, list[SentRequest]] = {"lost": [], "answered twice": []}
    for each in requests:
        count = counts.setdefault(each.kind, Counter())
        found = there.get(each.channel, []) if each.channel else heard.get(each.job_id, [])
        became = each.became or _became(each, [*_new(each, found), *_in_window(each)], destination)
        count["sent"] += 1
        count["accepted"] += became != "not taken"
        count["answered"] += became == "answered twice"
        count[became] += 1
        noted.get(became, []).append(each)
    return Account(counts, tuple(noted["lost"]), tuple(noted["answered twice"]))


def as_message(window: View) -> Posted:
    """Return *window* as a message with its blocks."""
    blocks = window.view.get("blocks")
    listed = [each for each in blocks if isinstance(each, dict)] if isinstance(blocks, list) else []
    return Posted("", window.id, window.user, str(window.view.get("private_metadata", "")), listed)


def mark_of(message: Posted) -> str:
    """Return the sign that a notice begins with, "" for what is an answer."""
    try:
        first = message.blocks[0]["elements"][0]["elements"][0]["text"]  # type: ignore[index]  # or it is no notice
    except (LookupError, TypeError):
        return ""
    return next((sign for sign in (PENDING, FAILED) if str(first).startswith(sign)), "")


def _became(each: SentRequest, heard: Sequence[Posted], destination: bytes) -> str:
    """Return what became of *each*, of which *heard* speaks."""
    marks = [mark_of(message) for message in heard]
    if "" in marks:
        return "answered" if marks.count("") == 1 else "answered twice"
    if FAILED in marks:
        return "failure reported"
    if each.error is not None:  # what was broken on its way may have been taken all the same; then they know
        return "failure reported" if marks else "not taken"
    # The task of a mention without an id names its thread.
    return "failure destination" if any(name.encode() in destination for name in each.names) else "lost"


def _new(each: SentRequest, messages: Iterable[Posted]) -> list[Posted]:
    """Return those of *messages* that came, or were changed, after *each* was asked."""
    return [message for message in messages if message.versions > each.seen.get(message.ts, 0)]


def _in_window(each: SentRequest) -> list[Posted]:
    return [as_message(each.window)] if each.window and not _is_form(each.window) else []


def _by_call(messages: Iterable[Posted]) -> dict[str, list[Posted]]:
    heard: dict[str, list[Posted]] = {}
    for message in messages:
        named = _jobs_in(message)
        if len(named) == 1:
            heard.setdefault(named.pop(), []).append(message)
    return heard


def _is_form(window: View) -> bool:
    """Say whether it is the form, which names the call that was asked for last."""
    return window.view.get("callback_id") == "search_form"


def _jobs_in(message: Posted) -> set[str]:
    text = f"{message.text} {message.blocks}"
    return {word[:40] for word in (f"job-{part}" for part in text.split("job-")[1:])}
