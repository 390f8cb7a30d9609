"""What became of everything that was accepted."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from callevents_sandbox.slack import View
from callevents_sandbox.slack.posted import Posted
from callevents_sandbox.slack.workspace import ResponseUrl

# Of what was accepted, so much may be answered twice, and one in a short run. Not counted is one for each fault after
# which nobody can know that the message is there: then it is posted once more rather than not at all.
MAX_TWICE = 0.001
HIDING = ("cut", "kill")
PENDING, FAILED = "⏳", "❗"


@dataclass(frozen=True)
class SentRequest:
    """What somebody asked about one call, by whatever door (`kind`).

    `error` is what Slack or the sender reports where the request was not accepted. What it led to is shown at `url`, in
    the thread `thread`, in `window`, or in any message that names the call; with `own_place` in no message elsewhere.
    `became` is what came of a request whose response is all that ever comes of it, "" for the others.
    """

    kind: str
    job_id: str
    error: str | None
    seconds: float
    became: str = ""
    url: ResponseUrl | None = field(default=None, repr=False)
    thread: str = ""
    window: View | None = field(default=None, repr=False)
    own_place: bool = False


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

    def too_often_twice(self, faults: Mapping[str, int]) -> bool:
        """Say whether more were answered twice than may be, after so many *faults* of each kind."""
        hidden = sum(faults.get(kind, 0) for kind in HIDING)
        return self.twice - hidden > max(1.0, MAX_TWICE * self.accepted)

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
    windows: Iterable[View] = (),
) -> Account:
    """Return what became of *asked*, as the app's *messages* and *windows* tell, and the failure destination."""
    requests = list(asked)
    shown = [*messages, *(as_message(each) for each in windows if not _is_form(each))]
    # What was found names calls that others ask for.
    foreign = {id(message) for each in requests if each.own_place and each.url for message in each.url.shown}
    heard = _by_call(each for each in shown if id(each) not in foreign)
    threads: dict[str, list[Posted]] = {}
    for message in shown:
        threads.setdefault(message.thread_ts or "", []).append(message)
    destination = b"\n".join(given_up)
    counts: dict[str, Counter[str]] = {}
    noted: dict[str, list[SentRequest]] = {"lost": [], "answered twice": []}
    for each in requests:
        count = counts.setdefault(each.kind, Counter())
        elsewhere = [] if each.own_place else heard.get(each.job_id, [])
        in_thread = threads.get(each.thread, []) if each.thread else []
        became = each.became or _became(
            each, _without_copies([*elsewhere, *in_thread, *_at(each)]), destination
        )
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
    return "failure destination" if each.job_id.encode() in destination else "lost"


def _at(each: SentRequest) -> list[Posted]:
    shown = list(each.url.shown) if each.url else []
    return [*shown, as_message(each.window)] if each.window and not _is_form(each.window) else shown


def _without_copies(messages: Iterable[Posted]) -> list[Posted]:
    kept = {(each.channel, each.ts): each for each in messages if not each.deleted}
    return list(kept.values())


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
