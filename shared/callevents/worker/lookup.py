"""Looks up the calls of a lookup that was handed over: with retries, for as long as the run has time."""

from callevents.actor import Actor
from callevents.clock import Deadline
from callevents.errors import ThreadUnread
from callevents.invocation import Invocation
from callevents.lookup import log_lookup_error, look_up_with_retries
from callevents.report.viewer import Viewer
from callevents.retry import retry
from callevents.slack.blocks.block_kit import Message
from callevents.slack.lookups.operation import Operation
from callevents.slack.lookups.request import LookupRequest
from callevents.slack.lookups.resources import SlackResources
from callevents.slack.lookups.result import Answered, Denied, Failed, Guided, log_unchecked
from callevents.slack.lookups.thread_root import ThreadRoot, asked_of_thread, read_thread_root
from callevents.slack.requests.command_text import Lookup
from callevents.slack.users.access import anybody_may_reveal, everybody
from callevents.tasks.envelope import CommandEnvelope, FindEnvelope
from callevents.worker.permission import check_permission

LOOKUP_TIMEOUT_SECONDS = 40.0
ATTEMPT_TIMEOUT_SECONDS = 15.0
# How much of the lookup's time Slack may take to say whether the person may ask.
PERMISSION_TIMEOUT_SECONDS = 25.0
# How much of it may pass until Slack shows the thread that a mention is about.
THREAD_TIMEOUT_SECONDS = 30.0
THREAD_PAUSE_SECONDS = 1.0


def request_of(envelope: CommandEnvelope) -> LookupRequest:
    """Return the request that *envelope* was handed over for."""
    operation = Operation(
        kind=envelope.operation,
        replace=envelope.replace,
        offers_reveal=envelope.offers_reveal,
        public=envelope.public,
        shared_by=envelope.shared_by,
        alert_blocks=envelope.alert_blocks,
        page=envelope.page,
        view=envelope.view,
    )
    return place_of(envelope, operation)._replace(
        jobs=envelope.jobs, thread=envelope.thread or "", mention=envelope.mention
    )


def place_of(envelope: CommandEnvelope | FindEnvelope, operation: Operation) -> LookupRequest:
    """Return who asks, in which instance, and where the answer goes; without calls."""
    requester = envelope.requester
    return LookupRequest(
        jobs=(),
        instance=envelope.instance,
        actor=Actor(
            requester.user, requester.team, requester.enterprise, requester.channel, requester.belonging
        ),
        source="worker",
        idempotency_key=(envelope.task,),
        asked_at=envelope.asked_at,
        response_url=envelope.response_url or "",
        channel=envelope.channel or "",
        operation=operation,
        unchecked=envelope.unchecked,
    )


def look_up_request(
    request: LookupRequest, viewer: Viewer, resources: SlackResources, invocation: Invocation
) -> Answered | Denied | Guided | Failed:
    """Return the calls of *request*, or why there are none; raise nothing.

    *viewer* is the person as the envelope has them, in place of whom comes what Slack says if it is asked again.
    """
    settings = resources.settings
    try:
        settings.require_sound()
        if request.mention is None:
            settings.require_allowed(request.instance)
        deadline = Deadline.after(LOOKUP_TIMEOUT_SECONDS, invocation.clocks.monotonic)
        if request.unchecked:
            checked = _checked(request, resources, invocation, deadline)
            if isinstance(checked, Denied):
                return checked
            request, viewer = checked
        if request.mention is not None:
            asked = _asked_of_thread(request, viewer, resources, invocation, deadline)
            if not isinstance(asked, LookupRequest):
                return Guided(request, viewer, asked)
            request = asked
            settings.require_allowed(request.instance)
        summaries = look_up_with_retries(
            request.jobs,
            instance_id=request.instance,
            source=resources.contact_center(invocation),
            deadline=deadline,
            attempt_seconds=ATTEMPT_TIMEOUT_SECONDS,
            invocation=invocation,
            second=resources.second_lookup(invocation),
        )
    except Exception as error:  # noqa: BLE001 - whatever it is, a person waits for an answer
        return failed(request, viewer, error, invocation)
    audience = everybody(settings) if request.operation.for_all else viewer
    return Answered(request, viewer, audience, summaries)


def _checked(
    request: LookupRequest, resources: SlackResources, invocation: Invocation, deadline: Deadline
) -> tuple[LookupRequest, Viewer] | Denied:
    """Return *request* and the person as Slack has them now, or why they may not ask."""
    settings = resources.settings
    with invocation.request_log.timer("people", invocation.clocks.monotonic):
        permission = check_permission(
            request.actor,
            request.operation.kind,
            resources,
            invocation,
            deadline.capped(PERMISSION_TIMEOUT_SECONDS),
        )
    if permission.denial is not None:
        log_unchecked(permission.denial)
        reveal = permission.denial == "reveal"
        may = settings.full_numbers_usergroups if reveal else settings.usergroups
        return Denied(request, permission.viewer, permission.denial, may)
    for_all = request.operation.for_all
    offers_reveal = anybody_may_reveal(settings) if for_all else permission.may_reveal
    operation = request.operation._replace(offers_reveal=offers_reveal)
    return request._replace(operation=operation), permission.viewer


def _asked_of_thread(
    request: LookupRequest,
    viewer: Viewer,
    resources: SlackResources,
    invocation: Invocation,
    deadline: Deadline,
) -> LookupRequest | Message:
    """Return *request* with the calls that the first message of its thread names, or the message for the person."""
    api = resources.slack(invocation.request_log) if resources.settings.slack_bot_token else None

    def attempt() -> ThreadRoot:
        root = read_thread_root(
            api, request.channel, request.thread, deadline.capped(ATTEMPT_TIMEOUT_SECONDS)
        )
        if root.lacks == "late":
            raise ThreadUnread
        return root

    try:
        root = retry(
            attempt,
            wait=lambda error, _: THREAD_PAUSE_SECONDS if isinstance(error, ThreadUnread) else None,
            deadline=deadline.capped(THREAD_TIMEOUT_SECONDS),
            sleep=invocation.clocks.sleep,
        )
    except ThreadUnread:
        root = ThreadRoot({}, "late")
    invocation.request_log.set(thread_root=root.for_the_log)
    asked = asked_of_thread(request.mention or "", root, viewer, resources.settings)
    if not isinstance(asked, Lookup):
        return asked
    invocation.request_log.set(jobs=len(asked.jobs))
    return request._replace(jobs=asked.jobs, instance=asked.instance, left_out=asked.left_out)


def failed(request: LookupRequest, viewer: Viewer, error: Exception, invocation: Invocation) -> Failed:
    """Log that *request* failed with *error*, and return it as a result."""
    request_id = invocation.request_id
    known = log_lookup_error("lookup failed", error, request_id)
    return Failed(request, viewer, known, request_id, has_worker=True)
