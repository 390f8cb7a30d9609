"""The protocol's methods: what the server is, which tools it has, and a call of one.

Source: https://modelcontextprotocol.io/specification/2025-11-25/server/tools
"""

from collections.abc import Callable, Mapping
from typing import Final

from callevents.actor import Actor
from callevents.invocation import Invocation
from callevents.observability.audit_log import audit
from callevents.observability.request_log import RequestOutcome
from callevents.slack.lookups.ack_budget import Budget
from callevents.slack.lookups.resources import SlackResources
from callevents.slack.lookups.result import log_unchecked
from callevents.slack.mcp.identity import asker, placed
from callevents.slack.mcp.protocol.json_rpc import INVALID_PARAMS, METHOD_NOT_FOUND, JsonRpcError, RpcCall
from callevents.slack.mcp.protocol.transport import VERSIONS, Revision, negotiated
from callevents.slack.mcp.tools import catalogue
from callevents.slack.mcp.tools.tool_call import SOURCE, ToolCall
from callevents.slack.mcp.tools.tool_result import ToolResult
from callevents.slack.messages.denials import permission_check_failed
from callevents.slack.users.access import PersonFacts, viewer_of

Result = dict[str, object]
_CACHE: Final = {"ttlMs": 300_000, "cacheScope": "public"}  # what is the same for everybody


class Methods:
    """Answers the methods of one request, for the person it names, in the time of *budget*."""

    def __init__(
        self, resources: SlackResources, invocation: Invocation, budget: Budget, idempotency_key: str
    ) -> None:
        self._resources = resources
        self._invocation = invocation
        self._budget = budget
        self._key = idempotency_key

    def result(self, call: RpcCall, revision: Revision) -> Result:
        """Return the result of *call* in *revision*; raise JsonRpcError for an unknown method or wrong params."""
        shared = {"tools/list": self._list_tools, "tools/call": self._call_tool}
        own = {"server/discover": self._discover} if revision.is_stateless else _HANDSHAKE
        method = {**shared, **own}.get(call.method)
        if method is None:
            raise JsonRpcError(METHOD_NOT_FOUND, "method", "There is no such method.", id=call.id)
        result = method(call)
        if not revision.is_stateless:
            return result
        cache = {} if call.method == "tools/call" else _CACHE
        about = {"io.modelcontextprotocol/serverInfo": catalogue.SERVER_INFO}
        return {**result, **cache, "resultType": "complete", "_meta": about}

    def _list_tools(self, call: RpcCall) -> Result:
        if call.params.get("cursor") is not None:
            raise JsonRpcError(INVALID_PARAMS, "params", "There is only one page of tools.", id=call.id)
        return {"tools": catalogue.tools(self._resources.settings)}

    def _call_tool(self, call: RpcCall) -> Result:
        name, arguments = call.params.get("name"), call.params.get("arguments")
        if arguments is None:
            arguments = {}
        offered = {each["name"] for each in catalogue.tools(self._resources.settings)}
        if not isinstance(name, str) or name not in offered:
            raise JsonRpcError(INVALID_PARAMS, "tool", "There is no such tool.", id=call.id)
        self._invocation.request_log.set(tool=name)
        if not isinstance(arguments, dict):
            raise JsonRpcError(INVALID_PARAMS, "params", "arguments must be an object.", id=call.id)
        person = asker(call.params)
        if person is None:
            raise JsonRpcError(
                INVALID_PARAMS, "identity", "params._meta.slack must name user_id and team_id.", id=call.id
            )
        actor = placed(person, self._resources, self._invocation, self._budget.lookup)
        if actor is None:
            return self._unchecked(name, person._replace(team="")).to_json()
        tool_call = ToolCall(actor, arguments, self._resources, self._invocation, self._budget, (self._key,))
        return _run(name, tool_call).to_json()

    def _unchecked(self, name: str, actor: Actor) -> ToolResult:
        """Return that Slack did not say in time where the app is installed, so nothing is known of the person."""
        outcome = RequestOutcome("refused", "unchecked")
        log_unchecked("unchecked")
        self._invocation.request_log.set_outcome(*outcome)
        action = "find" if name == catalogue.FIND_CALLS else "lookup"
        audit(action, actor=actor, entry=SOURCE, outcome=str(outcome))
        viewer = viewer_of(self._resources.settings, PersonFacts())
        return ToolResult(permission_check_failed(viewer).text)

    def _discover(self, _call: RpcCall) -> Result:
        return {
            "supportedVersions": list(VERSIONS),
            "capabilities": catalogue.CAPABILITIES,
            "instructions": catalogue.INSTRUCTIONS,
        }


def _run(name: str, call: ToolCall) -> ToolResult:
    """Return what the tool *name* answers; each is loaded when it is called first."""
    if name == catalogue.FIND_CALLS:
        from callevents.slack.mcp.tools.find_calls import find_calls

        return find_calls(call)
    from callevents.slack.mcp.tools.look_up_call import look_up_call

    return look_up_call(call)


def _initialize(call: RpcCall) -> Result:
    return {
        "protocolVersion": negotiated(call.params.get("protocolVersion")),
        "capabilities": catalogue.CAPABILITIES,
        "serverInfo": catalogue.SERVER_INFO,
        "instructions": catalogue.INSTRUCTIONS,
    }


def _ping(_call: RpcCall) -> Result:
    return {}


_HANDSHAKE: Final[Mapping[str, Callable[[RpcCall], Result]]] = {"initialize": _initialize, "ping": _ping}
