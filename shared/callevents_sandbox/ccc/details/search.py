"""Finds calls: the range and the filters of ListCallDetailRecordsV2."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone

from callevents_sandbox.ccc.details.calls import disposition as filing
from callevents_sandbox.ccc.details.calls.call import Call
from callevents_sandbox.ccc.errors import BusinessError
from callevents_sandbox.ccc.parameters import number_within, optional_number, optional_texts

_CHINA = timezone(timedelta(hours=8))  # Asia/Shanghai, all year
_LIMITS = (1, 100)
_ORDERS = {"": True, "DESC": True, "ASC": False}
# Filters that the stand-in's calls have no values for find nothing.
_WITHOUT_VALUES = (
    "SatisfactionRateList",
    "SatisfactionDescriptionList",
    "SearchPattern",
    "AccessChannelTypeList",
)


@dataclass(frozen=True, slots=True)
class Query:
    """What a request asks for; empty members filter nothing."""

    page: int
    size: int
    since: int
    until: int
    newest_first: bool
    contact_ids: Collection[str]
    types: Collection[str]
    dispositions: Collection[str]
    early_media_states: Collection[str]
    initiators: Collection[str]
    reasons: Collection[str]
    groups: Collection[str]
    number: str
    calling: str
    called: str
    broker: str
    agent: str
    first_agent: str
    media: str
    impossible: bool

    @classmethod
    def read(cls, params: Mapping[str, str], now: float) -> "Query":
        """Return what *params* ask for at *now* (Unix seconds); raise BusinessError for what is out of order."""
        since, until = optional_number(params, "StartTime"), optional_number(params, "EndTime")
        order = params.get("SortOrder", "").upper()
        if order not in _ORDERS:
            raise BusinessError("Parameter.Format", "SortOrder", "It must be ASC or DESC.")
        if params.get("OrderByField", "startTime") not in {"", "startTime"}:
            raise BusinessError("Parameter.Format", "OrderByField", "It must be startTime.")
        return cls(
            page=number_within(params, "PageNumber", *_LIMITS),
            size=number_within(params, "PageSize", *_LIMITS),
            since=_today(now) if since is None else since,
            until=round(now * 1000) if until is None else until,
            newest_first=_ORDERS[order],
            contact_ids=optional_texts(params, "ContactIdList"),
            types=optional_texts(params, "ContactTypeList"),
            dispositions=optional_texts(params, "ContactDispositionList"),
            early_media_states=optional_texts(params, "EarlyMediaStateList"),
            initiators=optional_texts(params, "ReleaseInitiatorList"),
            reasons=optional_texts(params, "ReleaseReasonList"),
            groups=optional_texts(params, "SkillGroupIdList"),
            number=params.get("Number", ""),
            calling=params.get("CallingNumber", ""),
            called=params.get("CalledNumber", ""),
            broker=params.get("Broker", ""),
            agent=params.get("AgentId", ""),
            first_agent=params.get("FirstAgentId", ""),
            media=params.get("MediaType", "ALL") or "ALL",
            impossible=any(params.get(name) for name in _WITHOUT_VALUES),
        )

    def find(self, calls: Iterable[Call], modes: Collection[str]) -> list[Call]:
        """Return those of *calls* that fit, in the order asked for."""
        partial = "partial_numbers" in modes
        free = bool(self.contact_ids) and "ids_ignore_range" in modes
        fitting = [
            each
            for each in calls
            if (free or self.since <= each.started_at <= self.until)
            and not self.impossible
            and self._fits(each)
            and self._numbers_fit(each, partial=partial)
        ]
        return sorted(fitting, key=lambda each: (each.started_at, each.job_id), reverse=self.newest_first)

    def of_page(self, calls: list[Call]) -> list[Call]:
        """Return those of *calls* that stand on the page asked for."""
        return calls[(self.page - 1) * self.size : self.page * self.size]

    def _fits(self, call: Call) -> bool:
        agents = [each.party for each in call.agents]
        wanted = (
            (self.contact_ids, {call.job_id}),
            (self.types, {call.kind}),
            (self.dispositions, {filing.disposition(call)}),
            (self.early_media_states, {filing.early_media_state(call)}),
            (self.initiators, {filing.release_initiator(call) or ""}),
            (self.reasons, {filing.release_reason(call)}),
            (self.groups, {each.text("skillGroupId") for each in call.events}),
            ([self.agent] if self.agent else [], set(agents)),
            ([self.first_agent] if self.first_agent else [], set(agents[:1])),
            ([] if self.media == "ALL" else [self.media], {call.named("mediaType") or "AUDIO"}),
        )
        return all(not asked or has & set(asked) for asked, has in wanted)

    def _numbers_fit(self, call: Call, *, partial: bool) -> bool:
        caller, callee = call.named("caller"), call.named("callee")
        wanted = (
            (self.number, (caller, callee)),
            (self.calling, (caller,)),
            (self.called, (callee,)),
            (self.broker, (call.named("broker"),)),
        )
        return all(
            not number or any(number == each or (partial and number in each) for each in have)
            for number, have in wanted
        )


def _today(now: float) -> int:
    midnight = datetime.fromtimestamp(now, _CHINA).replace(hour=0, minute=0, second=0, microsecond=0)
    return round(midnight.timestamp() * 1000)
