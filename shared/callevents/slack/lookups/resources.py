"""What an instance of the function keeps between requests, and its connections to the outside. Thread-safe."""

from collections.abc import Callable
from copy import copy
from typing import TYPE_CHECKING

from callevents.actor import Actor
from callevents.alibabacloud.clients import Clients
from callevents.cache import SeenKeys, TTLCache
from callevents.invocation import Invocation
from callevents.lookup import SecondLookup
from callevents.observability.request_log import RequestLog
from callevents.settings.model import Settings
from callevents.slack.api.response_url import ResponseUrls
from callevents.slack.api.web_api import SlackApi
from callevents.slack.users.access import groups_to_ask, groups_to_reveal, groups_to_search
from callevents.slack.users.directory import UserDirectory
from callevents.slack.users.pending import PendingFacts
from callevents.slack.users.recent_lookups import RecentLookups
from callevents.tasks.queue import WorkerQueue

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import httpx

    from callevents.alibabacloud.ccc.contact_center import ContactCenter
    from callevents.calls.model import CallSummary
    from callevents.clock import Deadline
    from callevents.slack.api.own_messages import OwnMessages

MENTION_SECONDS = 86_400.0
# Somebody may invite the bot, so a refusal does not count for long.
REFUSAL_SECONDS = 300.0
# A workspace that refuses a kind of block today may take it tomorrow.
DATA_TABLE_SECONDS = 86_400.0
OWN_BOT_SECONDS = 86_400.0
# The administrator may add the action to the role.
CCC_REFUSAL_SECONDS = 600.0


class SlackResources:
    """The settings, the clients over one HTTP client, and what is remembered about people.

    *queue* replaces the queue of Function Compute.
    """

    def __init__(
        self,
        settings: Settings,
        clients: Clients,
        *,
        queue: Callable[[Invocation], WorkerQueue] | None = None,
    ) -> None:
        self.settings = settings
        self.people = UserDirectory()
        self.recent = RecentLookups()
        # Shared messages and answered events: neither is repeated within ten minutes.
        self.shared = SeenKeys()
        self.events = SeenKeys()
        # Slack sends an event again while it is being answered, if that takes more than three seconds.
        self.events_under_way = SeenKeys()
        # The ids of a mention that were answered, by its channel and time, for when it is edited.
        self.mentions: TTLCache[frozenset[str]] = TTLCache(MENTION_SECONDS)
        # Slack's reason where it shows a person no messages of this app, by channel, or channel and person.
        self.refusals: TTLCache[str] = TTLCache(REFUSAL_SECONDS)
        # Whether a workspace takes Slack's data tables, once one was posted: an acknowledgement does not tell.
        self.data_tables: TTLCache[bool] = TTLCache(DATA_TABLE_SECONDS)
        # The id of the bot that the token belongs to, under "".
        self.own_bots: TTLCache[str] = TTLCache(OWN_BOT_SECONDS)
        # What the contact center refuses to this role, by operation and instance.
        self.ccc_refusals: TTLCache[bool] = TTLCache(CCC_REFUSAL_SECONDS)
        self._own_queue = queue
        self._clients = clients

    def with_settings(self, settings: Settings) -> "SlackResources":
        """Return the same with other *settings*, without what was learnt with a bot token that may be another's."""
        other = copy(self)
        other.settings, other.people, other.own_bots = settings, UserDirectory(), TTLCache(OWN_BOT_SECONDS)
        return other

    def client(self) -> "httpx.Client":
        """Return the instance's HTTP client, opened when it is first needed."""
        return self._clients.http()

    def contact_center(self, invocation: Invocation) -> "ContactCenter":
        """Return the contact center, asked with the credentials of this very invocation."""
        return self._clients.contact_center(self.settings.ccc_endpoint, invocation)

    def second_lookup(self, invocation: Invocation) -> SecondLookup | None:
        """Return what looks up calls without records in their detail records, None where the settings turn it off."""
        if not self.settings.detail_record:
            return None

        def look_up(
            jobs: "Sequence[str]", instance: str, deadline: "Deadline"
        ) -> "Mapping[str, CallSummary]":
            from callevents.detail_lookup import for_the_log, look_up_details

            center = self.contact_center(invocation)
            found = look_up_details(jobs, instance, deadline, source=center, refusals=self.ccc_refusals)
            invocation.request_log.set(**for_the_log(found.values()))
            return found

        return look_up

    def slack(self, request_log: RequestLog | None = None) -> SlackApi:
        """Return the Web API; *request_log* counts its calls."""
        return SlackApi(
            client=self.client(),
            base_url=self.settings.slack_api_url,
            token=self.settings.slack_bot_token,
            request_log=request_log,
        )

    def own_messages(self, event_type: str, request_log: RequestLog) -> "OwnMessages":
        """Return what this app has posted with metadata of *event_type*; *request_log* counts the requests."""
        from callevents.slack.api.own_messages import OwnMessages

        return OwnMessages(self.slack(request_log), event_type, self.own_bots)

    def response_urls(self, invocation: Invocation) -> ResponseUrls:
        """Return what posts to the response_urls of the requests of *invocation*."""
        return ResponseUrls(
            self.client(),
            self.settings.response_url_hosts,
            sleep=invocation.clocks.sleep,
            request_log=invocation.request_log,
        )

    def ask_about(self, actor: Actor, invocation: Invocation, *, search: bool = False) -> PendingFacts:
        """Start asking Slack what the settings need to know of a person, and return at once.

        Whether they may find calls is asked only for a *search*: a lookup need not wait for it.
        """
        return self.people.ask(
            actor,
            groups_to_ask(self.settings, actor),
            self.slack if self.settings.slack_bot_token else None,
            invocation.clocks.monotonic,
            groups_to_reveal(self.settings, actor),
            search=groups_to_search(self.settings, actor) if search else (),
            # While the token is still to be read from KMS, guests must not pass.
            when_unknowable="failed" if self.settings.awaits_bot_token else "unknowable",
        )

    def random(self) -> float:
        """Return a random number from 0 up to 1, to spread what would happen at once."""
        return self._clients.random()

    def queue(self, invocation: Invocation) -> WorkerQueue:
        """Return the worker's queue."""
        if self._own_queue is not None:
            return self._own_queue(invocation)
        return self._queue(self.settings.worker, invocation)

    def own_queue(self, invocation: Invocation) -> WorkerQueue:
        """Return the queue of the function that runs, for what it cannot finish: FC 2.0's where it is in a service."""
        name = self.settings.worker or invocation.function
        return self._queue(name, invocation._replace(wsgi=bool(invocation.service)))

    def _queue(self, worker: str, invocation: Invocation) -> WorkerQueue:
        return self._clients.worker_queue(worker, self.settings.fc_endpoint, invocation)
