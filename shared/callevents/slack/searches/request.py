"""The request to find calls: what is sought, which page of it, who asks, and where the answer goes."""

from typing import NamedTuple

from callevents.actor import Actor
from callevents.report.formatting import zone
from callevents.search.command import ParsedSearch
from callevents.search.keys import digest, seal, unseal
from callevents.search.query import KINDS, CallQuery, Kind, Period, other_form, period_of
from callevents.settings.model import Settings
from callevents.slack.lookups.request import LookupRequest
from callevents.slack.requests.search_value import SearchValue

_FIELDS = 5  # of what is sealed


class SearchRequest(NamedTuple):
    """Calls to find for one person; `place` says who asks, in which instance, and where the answer goes.

    `page` is the page's value in a button: what is sought is sealed in it. `sought` is what the audit line says of it.
    """

    place: LookupRequest
    query: CallQuery
    page: SearchValue
    sought: str

    @property
    def own(self) -> bool:
        """Whether the person seeks their own calls."""
        return self.query.kind == "mine"

    def __repr__(self) -> str:
        """Leave out what is sought."""
        return f"SearchRequest({self.place!r}, {self.query!r})"


def new_search(sought: ParsedSearch, place: LookupRequest, settings: Settings, now: float) -> SearchRequest:
    """Return the request for the first page of what is *sought*, until *now* (Unix seconds).

    A person's own calls are those of their agent, in that agent's instance; of who is no agent, nobody's.
    """
    value, instance = sought.value, sought.instance
    if sought.kind == "mine":
        value = settings.agents.get(place.actor.user, "")
        instance = settings.instance(value.rpartition("@")[2]) or instance
    query = CallQuery(sought.kind, value, period_of(sought.days, zone(settings.timezone), now))
    fields = (query.kind, str(query.period.since), str(query.period.until), instance, value)
    secret = _secret(settings)
    return SearchRequest(
        place._replace(instance=instance),
        query,
        SearchValue(seal(secret, "\n".join(fields), _person(place.actor)), 1),
        f"{query.kind} {digest(secret, query.kind, query.value)}" if query.value else query.kind,
    )


def next_search(page: SearchValue, place: LookupRequest, settings: Settings) -> SearchRequest | None:
    """Return the request for another *page*, None for a value that was not made for this person, or not by this bot.

    The person's own calls are those of the agent that they are now.
    """
    secret = _secret(settings)
    text = unseal(secret, page.sealed, _person(place.actor))
    fields = (text or "").split("\n", _FIELDS - 1)
    if len(fields) != _FIELDS or fields[0] not in KINDS or not (fields[1] + fields[2]).isdigit():
        return None
    kind: Kind = next(each for each in KINDS if each == fields[0])
    instance, value = settings.instance(fields[3]), fields[4]
    if instance is None or (kind == "mine" and value != settings.agents.get(place.actor.user)):
        return None
    query = CallQuery(kind, value, Period(int(fields[1]), int(fields[2])))
    sought = f"{kind} {digest(secret, kind, value)}" if value else kind
    return SearchRequest(place._replace(instance=instance), in_form(query, page), page, sought)


def in_form(query: CallQuery, page: SearchValue) -> CallQuery:
    """Return *query* with the form of the number that found the *page* before."""
    return query._replace(value=other_form(query.value)) if page.other and query.kind == "number" else query


def _person(actor: Actor) -> str:
    return f"{actor.team} {actor.user}"


def _secret(settings: Settings) -> str:
    """Return the secret of which the keys are derived: over Slack's Socket Mode nothing is signed."""
    return settings.slack_signing_secret or settings.slack_bot_token
