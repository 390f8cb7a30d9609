import json
import logging
import threading
import traceback
from collections.abc import Callable
from io import BytesIO
from types import SimpleNamespace
from typing import Any

import pytest

from callevents.errors import CccThrottled, SettingsError
from callevents.invocation import Application, Credentials, Invocation, Request, Response
from callevents.runtime.handler import FunctionHandler, InvocationFailed
from callevents.settings.model import Settings

BODY = b"command=%2Fcallevents&text=job-1"
ENVELOPE = b'{"version": 1, "kind": "command"}'
SECRET = "xoxb-secret-of-the-bot"
Event = Callable[..., dict[str, Any]]


def accidents() -> list[BaseException]:
    return [
        ValueError(SECRET),
        CccThrottled(reason="asked too often"),
        RecursionError(SECRET),
        MemoryError(SECRET),
        SystemExit(SECRET),
        KeyboardInterrupt(SECRET),
        GeneratorExit(SECRET),
    ]


def test_an_http_event_is_answered_with_the_four_keys(
    function: FunctionHandler, application: Any, event: Event, context: Any
) -> None:
    answer = function.handler(json.dumps(event()).encode(), context)

    assert answer == {
        "statusCode": 200,
        "headers": {"Content-Type": "application/json; charset=utf-8"},
        "isBase64Encoded": False,
        "body": '{"text": "fine"}',
    }
    assert application.requests[0].body == BODY
    assert application.invocations[0].request_id == "1-65a-req"
    assert not application.invocations[0].wsgi


def test_a_wsgi_call_is_answered_as_wsgi(function: FunctionHandler, application: Any, context: Any) -> None:
    started: list[Any] = []
    environ = {
        "REQUEST_METHOD": "POST",
        "PATH_INFO": "/slack/events",
        "CONTENT_LENGTH": str(len(BODY)),
        "wsgi.input": BytesIO(BODY),
        "fc.context": context,
    }

    body = function.handler(environ, lambda status, headers: started.append((status, headers)))

    assert body == [b'{"text": "fine"}']
    assert started == [("200 OK", [("Content-Type", "application/json; charset=utf-8")])]
    assert application.requests[0].body == BODY
    assert application.invocations[0].wsgi
    assert application.invocations[0].request_id == "1-65a-req"


class Answering:
    """A context that can be called."""

    request_id = "1-odd"

    def __call__(self, *arguments: object) -> None:
        """Do nothing."""


@pytest.mark.parametrize(
    "form",
    [json.dumps, lambda event: event, lambda event: json.dumps(event).encode()],
    ids=["text", "dict", "bytes"],
)
def test_an_http_event_stays_one_even_if_the_context_can_be_called(
    form: Callable[[object], object], function: FunctionHandler, event: Event
) -> None:
    answer = function.handler(form(event()), Answering())

    assert isinstance(answer, dict)
    assert answer["statusCode"] == 200


def test_any_other_event_is_the_applications_as_it_was_posted(
    function: FunctionHandler, application: Any, context: Any
) -> None:
    assert function.handler(ENVELOPE, context) is None
    assert application.payloads == [ENVELOPE]
    assert not application.requests


@pytest.mark.parametrize(
    "odd",
    [
        None,
        b"",
        "",
        b"null",
        b"[]",
        b"5",
        b"\xff",
        [],
        {},
        7,
        object(),
        ENVELOPE,
        b'{"headers":' + b"[" * 100_000,
    ],
    ids=lambda odd: repr(odd)[:20],
)
def test_a_function_with_nothing_but_an_http_trigger_always_answers(
    odd: object, application: Any, context: Any
) -> None:
    function = FunctionHandler(lambda settings: application, http_only=True, environ={})

    answer = function.handler(odd, context)

    assert isinstance(answer, dict)
    assert set(answer) == {"statusCode", "headers", "isBase64Encoded", "body"}
    assert (answer["statusCode"], answer["body"]) == (400, '{"error":"unreadable","request_id":"1-65a-req"}')
    assert application.payloads == []


def test_such_a_function_answers_even_if_it_cannot_be_built(context: Any) -> None:
    def build(settings: Settings) -> Application:
        raise RuntimeError

    answer = FunctionHandler(build, http_only=True, environ={}).handler(b"", context)

    assert isinstance(answer, dict)
    assert answer["statusCode"] == 400


def test_what_is_too_large_for_any_request_leaves_a_line_and_names_its_call(
    function: FunctionHandler, application: Any, context: Any, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level("INFO"):
        answer = function.handler(b"{" + b" " * (8 << 20), context)

    assert isinstance(answer, dict)
    assert (answer["statusCode"], answer["body"]) == (413, '{"error":"too_large","request_id":"1-65a-req"}')
    assert [record.__dict__["status"] for record in caplog.records] == [413]
    assert application.payloads == []


@pytest.mark.parametrize("mark", ["requestContext", "headers", "rawPath", "httpMethod", "isBase64Encoded"])
def test_an_http_request_never_passes_for_an_event(
    mark: str, function: FunctionHandler, application: Any, context: Any
) -> None:
    hidden = json.dumps({**json.loads(ENVELOPE), mark: {}}).encode()

    answer = function.handler(hidden, context)

    assert isinstance(answer, dict)
    assert application.payloads == []


@pytest.mark.parametrize("accident", accidents(), ids=lambda accident: type(accident).__name__)
def test_no_accident_gets_out_of_an_http_call(
    accident: BaseException, function: FunctionHandler, application: Any, event: Event, context: Any
) -> None:
    application.outcome = accident
    started: list[Any] = []

    answer = function.handler(json.dumps(event()), context)
    body = function.handler({"fc.context": context}, lambda status, headers: started.append(status))

    expected = '{"error":"internal","request_id":"1-65a-req"}'
    assert isinstance(answer, dict)
    assert (answer["statusCode"], answer["body"]) == (500, expected)
    assert (started, body) == (["500 Internal Server Error"], [expected.encode()])


@pytest.mark.parametrize(
    "outcome",
    [Response(200, b"bytes"), Response(0, ""), Response(200, "", None), Response("200", "")],  # type: ignore[arg-type]  # on purpose
)
def test_what_is_no_response_becomes_a_500(
    outcome: Response, function: FunctionHandler, application: Any, event: Event, context: Any
) -> None:
    application.outcome = outcome

    answer = function.handler(event(), context)

    assert isinstance(answer, dict)
    assert answer["statusCode"] == 500


def test_a_body_that_cannot_be_read_is_a_400_and_nobody_is_asked(
    function: FunctionHandler, application: Any, event: Event, context: Any
) -> None:
    answer = function.handler(event("é", isBase64Encoded=True), context)

    assert isinstance(answer, dict)
    assert answer["statusCode"] == 400
    assert application.requests == []


def test_an_absurd_event_is_a_413(function: FunctionHandler, context: Any) -> None:
    answer = function.handler(b"{" * (9 << 20), context)

    assert isinstance(answer, dict)
    assert answer["statusCode"] == 413


@pytest.mark.parametrize("accident", accidents(), ids=lambda accident: type(accident).__name__)
def test_a_failed_event_goes_out_as_a_code_alone(
    accident: BaseException, function: FunctionHandler, application: Any, context: Any
) -> None:
    application.outcome = accident

    with pytest.raises(InvocationFailed) as caught:
        function.handler(ENVELOPE, context)

    expected = "ccc_throttled" if isinstance(accident, CccThrottled) else "internal"
    assert str(caught.value) == expected
    assert caught.value.__context__ is None
    assert SECRET not in "".join(traceback.format_exception(caught.value))


def test_an_accident_is_logged_by_type_and_place_without_its_text(
    application: Any, event: Event, context: Any, capsys: Any
) -> None:
    application.outcome = ValueError(SECRET)
    root = logging.getLogger()
    kept, root.handlers[:] = root.handlers[:], []
    try:
        FunctionHandler(lambda settings: application, environ={}).handler(event(), context)
    finally:
        root.handlers[:] = kept

    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [line["code"] for line in lines] == ["internal", "request"]
    assert lines[0]["error"] == "ValueError"
    assert "conftest.py:" in lines[0]["where"]
    assert {line["request_id"] for line in lines} == {"1-65a-req"}
    assert SECRET not in json.dumps(lines)
    assert (lines[1]["level"], lines[1]["status"]) == ("ERROR", 500)
    assert (lines[1]["outcome"], lines[1]["why"]) == ("failed", "internal")


def test_a_log_that_cannot_be_written_costs_nobody_an_answer(
    function: FunctionHandler, event: Event, context: Any
) -> None:
    class Broken(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            raise OSError(record.getMessage())

    broken = Broken()
    logging.getLogger().addHandler(broken)
    try:
        answer = function.handler(event(), context)
    finally:
        logging.getLogger().removeHandler(broken)

    assert isinstance(answer, dict)
    assert answer["statusCode"] == 200


def test_a_function_that_cannot_be_built_says_so_each_time_and_is_built_when_it_can(
    application: Any, event: Event, context: Any
) -> None:
    outcomes: list[Any] = [SettingsError(names="X"), ImportError(SECRET), application]

    def build(settings: Settings) -> Application:
        outcome = outcomes.pop(0)
        if isinstance(outcome, Exception):
            raise outcome
        return outcome  # type: ignore[no-any-return]  # a fake application

    function = FunctionHandler(build, environ={})

    answers = [function.handler(event(), context) for _ in range(4)]

    assert [answer["statusCode"] for answer in answers if isinstance(answer, dict)] == [500, 500, 200, 200]
    assert outcomes == []


def test_settings_are_read_once_and_credentials_each_time(
    application: Any, event: Event, context: Any
) -> None:
    environ = {"CCC_INSTANCE_ID": "ccc-a"}
    seen: list[Settings] = []

    def build(settings: Settings) -> Application:
        seen.append(settings)
        return application  # type: ignore[no-any-return]  # a fake application

    function = FunctionHandler(build, environ=environ)
    function.initialize(context)
    function.handler(event(), context)
    context.credentials = SimpleNamespace(access_key_id="new", access_key_secret="s", security_token="")
    environ["CCC_INSTANCE_ID"] = "ccc-b"
    function.handler(event(), context)
    environ |= {"ALIBABA_CLOUD_ACCESS_KEY_ID": "env", "ALIBABA_CLOUD_ACCESS_KEY_SECRET": "e"}
    function.handler(event(), context)

    assert [settings.ccc_instance_id for settings in seen] == ["ccc-a"]
    assert [invocation.credentials for invocation in application.invocations] == [
        Credentials("STS.a", "b", "c"),
        Credentials("new", "s"),
        Credentials("env", "e"),
    ]


def test_only_the_first_request_is_cold(function: FunctionHandler, application: Any, event: Event) -> None:
    function.initialize(None)
    function.handler(event(), None)
    function.handler(event(), None)

    assert [invocation.cold for invocation in application.invocations] == [True, False]
    assert application.warmed == 1


@pytest.mark.parametrize("accident", accidents(), ids=lambda accident: type(accident).__name__)
def test_warming_never_fails(
    accident: BaseException, function: FunctionHandler, application: Any, context: Any
) -> None:
    application.outcome = accident

    function.initialize(context)

    assert application.warmed == 1


def test_a_call_arrives_when_the_handler_is_entered(
    function: FunctionHandler, application: Any, event: Event
) -> None:
    function.handler(event(), None)

    assert application.invocations[0].arrived_at == 1_795_334_593.0  # the clock was read once before
    assert application.invocations[0].started_at == 101.0


def test_without_a_context_the_event_names_the_request(
    function: FunctionHandler, application: Any, event: Event
) -> None:
    function.handler(event(), None)

    assert application.invocations[0].request_id == "1-from-the-event"


def test_making_a_function_reads_and_builds_nothing() -> None:
    class Untouchable(dict[str, str]):
        def get(self, *arguments: object) -> Any:
            raise AssertionError(arguments)

        __getitem__ = __iter__ = __contains__ = __len__ = keys = values = items = get

    FunctionHandler(lambda settings: pytest.fail("built"), environ=Untouchable())


def test_requests_that_overlap_keep_their_lines_apart(event: Event, capsys: Any) -> None:
    both = threading.Barrier(2, timeout=10)

    class Meeting:
        def http(self, request: Request, invocation: Invocation) -> Response:
            invocation.request_log.set(entry=invocation.request_id)
            both.wait()
            invocation.request_log.add_attempt("ccc", 0.5, invocation.request_id)
            both.wait()
            return Response.json(200, "{}")

        def event(self, payload: bytes, invocation: Invocation) -> None:
            """Take no events."""

        def warm(self) -> None:
            """Be warm."""

    root = logging.getLogger()
    kept, root.handlers[:] = root.handlers[:], []
    function = FunctionHandler(lambda settings: Meeting(), name="slack", environ={})
    function.initialize()
    calls = [
        threading.Thread(target=function.handler, args=(event(), SimpleNamespace(request_id=name)))
        for name in ("1-one", "1-two")
    ]
    try:
        for call in calls:
            call.start()
        for call in calls:
            call.join()
    finally:
        root.handlers[:] = kept

    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    requests = {line["request_id"]: line for line in lines if line["code"] == "request"}
    assert set(requests) == {"1-one", "1-two"}
    assert len(lines) == 2
    for name, line in requests.items():
        assert (line["function"], line["entry"], line["ccc_tries"]) == ("slack", name, f"{name} 500")
        assert (line["ccc_calls"], line["ccc_ms"], line["status"]) == (1, 500.0, 200)
