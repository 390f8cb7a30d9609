"""What became of everything that was accepted."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from callevents_sandbox.slack.posted import Posted

PENDING, FAILED = "⏳", "❗"


@dataclass(frozen=True)
class SentRequest:
    """A command, an alert or an assistant's question about one call; `shown` is what the acknowledgement shows by now.

    `error` is what Slack or the sender reports where the request was not accepted. `became` is what came of a request
    whose response is all that ever comes of it, "" for the others.
    """

    kind: str
    job_id: str
    error: str | None
    seconds: float
    shown: Posted | None = None
    became: str = ""


@dataclass(frozen=True)
class Account:
    """How often what came out, and the calls of which nobody heard."""

    counts: Mapping[str, Counter[str]]
    lost: tuple[SentRequest, ...]

    @property
    def thin(self) -> bool:
        """Say whether of commands or of alerts fewer than half were taken, or none were sent."""
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


def account(asked: Iterable[SentRequest], messages: Iterable[Posted], given_up: Iterable[bytes]) -> Account:
    """Return what became of *asked*, as *messages* in Slack and the platform's failure destination tell."""
    heard = _by_call(messages)
    destination = b"\n".join(given_up)
    counts: dict[str, Counter[str]] = {}
    lost: list[SentRequest] = []
    for each in asked:
        count = counts.setdefault(each.kind, Counter())
        became = _became(each, heard.get(each.job_id, []), destination)
        count["sent"] += 1
        count["accepted"] += became != "not taken"
        count["answered"] += became == "answered twice"
        count[became] += 1
        if became == "lost":
            lost.append(each)
    return Account(counts, tuple(lost))


def _became(each: SentRequest, heard: Sequence[Posted], destination: bytes) -> str:
    """Return what became of *each*, of whose call *heard* speaks."""
    if each.became:
        return each.became
    if each.shown is not None and each.shown not in heard:
        heard = [*heard, each.shown]  # it names no call: whether one may ask could not be found out, and such
    marks = [_mark(message) for message in heard]
    if "" in marks:
        return "answered" if marks.count("") == 1 else "answered twice"
    if FAILED in marks:
        return "failure reported"
    if each.error is not None:  # what was broken on its way may have been taken all the same; then they know
        return "failure reported" if marks else "not taken"
    return "failure destination" if each.job_id.encode() in destination else "lost"


def _by_call(messages: Iterable[Posted]) -> dict[str, list[Posted]]:
    heard: dict[str, list[Posted]] = {}
    for message in messages:
        if message.author != "USLACKBOT" and not message.deleted:
            for job_id in _jobs_in(message):
                heard.setdefault(job_id, []).append(message)
    return heard


def _mark(message: Posted) -> str:
    """Return the sign that a notice begins with, "" for what is an answer."""
    try:
        first = message.blocks[0]["elements"][0]["elements"][0]["text"]  # type: ignore[index]  # or it is no notice
    except (LookupError, TypeError):
        return ""
    return next((sign for sign in (PENDING, FAILED) if str(first).startswith(sign)), "")


def _jobs_in(message: Posted) -> set[str]:
    text = f"{message.text} {message.blocks}"
    return {word[:40] for word in (f"job-{part}" for part in text.split("job-")[1:])}
