import json
import logging
import threading
from collections.abc import Iterator, Sequence
from http.server import BaseHTTPRequestHandler, HTTPServer
from io import StringIO
from typing import Any

import pytest

from callevents.observability.json_formatter import MAX_LINE_CHARS, request_id, set_up

SECRET = "0123456789abcdef0123456789abcdef"


@pytest.fixture(name="root")
def _root() -> logging.Logger:
    """Return a root of its own, so that the tests' own logging stays as it is."""
    return logging.RootLogger(logging.WARNING)


@pytest.fixture(autouse=True)
def _logging_as_it_was() -> Iterator[None]:
    raising = logging.raiseExceptions
    yield
    logging.raiseExceptions = raising


@pytest.fixture(name="stream")
def _stream(root: logging.Logger) -> StringIO:
    """Return what the platform's own handler on *root* prints, after our set-up."""
    stream = StringIO()
    root.addHandler(logging.StreamHandler(stream))
    set_up("INFO", root)
    return stream


def lines(stream: StringIO) -> list[dict[str, Any]]:
    return [json.loads(line) for line in stream.getvalue().splitlines()]


def test_a_record_is_one_json_line(root: logging.Logger, stream: StringIO) -> None:
    request_id.set("1-abc")

    root.warning(
        "refused %s", "it", extra={"code": "bad_signature", "status": 401, "seconds": 0.5, "late": None}
    )

    (line,) = lines(stream)
    assert line.pop("time").endswith("Z")
    assert line == {
        "level": "WARNING",
        "request_id": "1-abc",
        "logger": "root",
        "code": "bad_signature",
        "message": "refused it",
        "status": 401,
        "seconds": 0.5,
        "late": None,
    }


def test_setting_up_twice_prints_once(root: logging.Logger, stream: StringIO) -> None:
    set_up("INFO", root)
    root.info("once")

    assert [line["message"] for line in lines(stream)] == ["once"]


def test_without_a_handler_lines_go_to_stdout(root: logging.Logger, capsys: Any) -> None:
    set_up("INFO", root)
    root.info("here")

    assert json.loads(capsys.readouterr().out)["message"] == "here"


def test_the_level_is_the_settings(root: logging.Logger, stream: StringIO) -> None:
    set_up("ERROR", root)
    root.warning("not this")
    root.error("this")

    assert [line["message"] for line in lines(stream)] == ["this"]


class Unprintable:
    def __str__(self) -> str:
        raise RuntimeError(SECRET)


@pytest.mark.parametrize(
    ("message", "arguments"),
    [
        ("two\nlines\r\u2028\x1b[31m", ()),
        ("lone \ud800", ()),
        ("%s", ("\ud800\n",)),
        ("%d", ("x",)),
        ("%s %s", ("one",)),
        (Unprintable(), ()),
        (None, ()),
        ("x" * 100_000, ()),
        ("é" * 100_000, ()),
        ("\n" * 100_000, ()),
    ],
)
def test_anything_ends_as_one_line_of_ascii(
    message: Any, arguments: tuple[object, ...], root: logging.Logger, stream: StringIO
) -> None:
    root.warning(message, *arguments, extra={"odd": Unprintable(), "long": "é" * 50_000})

    text = stream.getvalue()
    assert text.isascii()
    assert text.count("\n") == 1
    assert len(text) <= MAX_LINE_CHARS + 1
    assert SECRET not in text
    json.loads(text)


def test_many_long_fields_do_not_make_a_line_too_long(root: logging.Logger, stream: StringIO) -> None:
    root.warning("x", extra={f"field{number}": "通" * 5000 for number in range(50)})

    assert len(stream.getvalue()) <= MAX_LINE_CHARS + 1


def test_fields_with_telling_names_are_taken_out(root: logging.Logger, stream: StringIO) -> None:
    root.warning(
        "x", extra={"response_url": "abc", "headers": {"Authorization": "abc"}, "number": "13812345678"}
    )

    (line,) = lines(stream)
    assert line["response_url"] == "[redacted]"
    assert "abc" not in line["headers"]
    assert line["number"] != "13812345678"


def look_up(secret: str) -> str:
    nothing: dict[str, str] = {}
    return nothing[secret]


def fail(secret: str) -> None:
    try:
        look_up(secret)
    except KeyError as error:
        raise ValueError(secret) from error


def test_an_exception_is_types_and_places(root: logging.Logger, stream: StringIO) -> None:
    try:
        fail(SECRET)
    except ValueError:
        root.exception("failed")

    (line,) = lines(stream)
    assert line["error"] == "ValueError < KeyError"
    assert line["where"].count("observability/test_json_formatter.py:") == 4
    assert SECRET not in stream.getvalue()


def test_a_chain_that_bites_its_tail_ends(root: logging.Logger, stream: StringIO) -> None:
    one, two = ValueError(), KeyError()
    one.__context__, two.__context__ = two, one
    root.error("x", exc_info=one)

    assert lines(stream)[0]["error"].count("<") <= 4


@pytest.fixture(name="refusing")
def _refusing() -> Iterator[str]:
    """Serve a Function Compute that refuses whatever it is asked, and echoes the headers."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            self.rfile.read(int(self.headers["content-length"]))
            body = json.dumps({"ErrorCode": "AccessDenied", "ErrorMessage": str(self.headers)}).encode()
            self.send_response(403)
            self.send_header("Content-Length", str(len(body)))
            self.send_header("x-fc-request-id", "1-fc")
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *arguments: object) -> None:
            """Say nothing."""

    with HTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()


@pytest.mark.socket
@pytest.mark.parametrize("level", ["DEBUG", "INFO"])
def test_fc2_prints_the_status_and_nothing_else(level: str, refusing: str) -> None:
    import fc2

    root, stream = logging.getLogger(), StringIO()
    handler = logging.StreamHandler(stream)
    root.addHandler(handler)
    # The queue's own filter, which other tests leave on the root logger, would keep these lines from ours.
    filters, root.filters[:] = root.filters[:], []
    set_up(level)
    try:
        client = fc2.Client(
            endpoint=refusing,
            accessKeyID="short-id",
            accessKeySecret="short-key",
            securityToken="short-sts",
            Timeout=5,
        )
        with pytest.raises(fc2.FcError):
            client.invoke_function("s", "f", payload=b"{}", headers={"x-fc-invocation-type": "Async"})
    finally:
        root.removeHandler(handler)
        root.filters[:] = filters

    assert [line["message"] for line in lines(stream)] == ["fc2: Client error 403"]
    assert "short" not in stream.getvalue()


@pytest.mark.socket
def test_bolt_and_the_sdk_print_nothing_secret() -> None:
    from slack_bolt import App, BoltRequest
    from slack_bolt.authorization import AuthorizeResult
    from slack_sdk import WebClient
    from slack_sdk.errors import SlackApiError

    root, stream = logging.getLogger(), StringIO()
    handler = logging.StreamHandler(stream)
    root.addHandler(handler)
    set_up("DEBUG")
    token, url = "xoxb-1-short", "https://hooks.slack.com/commands/T1/short"
    try:
        app = App(
            name="callevents",
            signing_secret=SECRET,
            authorize=lambda: AuthorizeResult(enterprise_id=None, team_id="T1"),
            process_before_response=True,
        )
        body = f"token=short&command=%2Fcallevents&response_url={url}&trigger_id=1.short"
        headers: dict[str, str | Sequence[str]] = {"x-slack-request-timestamp": "1", "x-slack-signature": "v0=short",
                   "content-type": "application/x-www-form-urlencoded"}  # fmt: skip
        assert app.dispatch(BoltRequest(body=body, headers=headers)).status == 401
        with pytest.raises((SlackApiError, OSError)):
            WebClient(token=token, base_url="http://127.0.0.1:9/", timeout=1).chat_postMessage(
                channel="C1", text=url
            )
    finally:
        root.removeHandler(handler)

    assert lines(stream)
    assert "short" not in stream.getvalue()
    assert SECRET not in stream.getvalue()
