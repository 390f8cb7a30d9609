"""Answers `/callevents …`."""

from callevents.report.viewer import Viewer
from callevents.slack.api.response_url import body_of
from callevents.slack.context import RequestContext
from callevents.slack.lookups.operation import Operation
from callevents.slack.lookups.result import render
from callevents.slack.requests.command_text import Form, Help, Lookup, TooMany, parse_command
from callevents.slack.requests.parser import Command
from callevents.slack.respond import AckBody


def handle(context: RequestContext) -> AckBody:
    """Return the answer to a slash command, None if the form opened instead."""
    command = context.expect(Command)
    parsed = parse_command(command.text, context.settings.instance)
    if isinstance(parsed, Lookup):
        request = context.lookup_request(
            parsed.jobs,
            parsed.instance,
            "command",
            response_url=command.response_url,
            # A message that also says what is not looked up stays.
            operation=Operation(replace=not any(parsed.left_out)),
            left_out=parsed.left_out,
        )
        result = context.lookups.run(request)
        clocks = context.invocation.clocks
        with context.invocation.request_log.timer("render", clocks.monotonic):
            return body_of(render(result, now=clocks.wall()))
    if not isinstance(parsed, Form | TooMany):
        found = _find(context, command, otherwise=not isinstance(parsed, Help))
        if found is not None:
            return found
    viewer, denied = context.authorize_or_deny()
    if denied is not None:
        return body_of(denied.message)
    if isinstance(parsed, Form) and _open_form(context, command, viewer):
        return None
    from callevents.slack.messages.help import guidance

    instances = list(context.settings.ccc_instances)
    finds = context.settings.finds_calls
    return body_of(guidance(parsed, viewer, command=command.command, instances=instances, finds=finds))


def _find(context: RequestContext, command: Command, *, otherwise: bool) -> AckBody:
    """Return the answer to a command without job ids that finds calls, None for any other."""
    from callevents.search.command import is_search

    if not is_search(command.text):
        return None
    from callevents.slack.listeners import finding

    sought = finding.read(context, command.text)
    if sought is None:
        return None
    return finding.answer_command(context, command, sought, otherwise=otherwise)


def _open_form(context: RequestContext, command: Command, viewer: Viewer) -> bool:
    from callevents.slack.listeners.views import open_form
    from callevents.slack.requests.private_metadata import Origin

    return open_form(context, viewer, origin=Origin(command.response_url, command.channel))
