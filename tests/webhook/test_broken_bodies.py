"""Broken bodies are read as what they mean: title, state, thread and calls, through the front door."""

import json
import re
from urllib.parse import quote, quote_plus

import pytest
from hypothesis import given
from hypothesis import strategies as st

from callevents.tasks.envelope import AlertEnvelope
from callevents.webhook.body import read_document
from callevents.webhook.formats.broken_json import parse_broken_json
from tests.scaling import LINEAR, growth
from tests.webhook.builders import make_request, make_webhook

A = "job-468a63a2-1111-4222-8333-b1ecf726d4be"
B = "job-0b9d7c54-2222-4333-8444-5f0e6a1c9d21"
MEANT = {"title": "Call dropped", "state": "ok", "id": "drop-1", "message": f"First line\nSecond line {A}"}
JSON = json.dumps(MEANT)
RAW = JSON.replace("\\n", "\n")
BOUNDARY = "------------------------8a3b138001380000f"
MULTIPART = "".join(
    f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'
    for name, value in MEANT.items()
)


def posted(body: str | bytes, *, route: str = "grafana", kind: str = "application/json") -> AlertEnvelope:
    webhook = make_webhook()
    status, answer = webhook.post(make_request(f"/{route}", body, {"Content-Type": kind}))
    assert (status, answer["status"]) == (200, "accepted")
    [envelope] = webhook.queue.envelopes
    return envelope


BROKEN: dict[str, str | bytes] = {
    "raw line break": RAW,
    "raw tab and zero": RAW.replace("First line", "First\tli\x00ne"),
    "trailing comma": JSON.replace("}", ",}"),
    "trailing comma and line breaks": RAW.replace("}", " ,\n}"),
    "byte order mark": "\ufeff" + JSON,
    "byte order mark and raw line break": "\ufeff" + RAW,
    "in a JSON string": json.dumps(JSON),
    "twice in a JSON string": json.dumps(json.dumps(JSON)),
    "raw line break in a JSON string": json.dumps(RAW),
    "in quotes": f'"{JSON}"',
    "in single quotes": f"'{JSON}'",
    "escaped, not in quotes": JSON.replace('"', '\\"'),
    "single quotes": str(MEANT),
    "a missing comma": JSON.replace('"ok",', '"ok"'),
    "names without quotes": "{title: Call dropped, state: ok, id: drop-1, message: " + A + "}",
    "values without quotes": '{"title": Call dropped, "state": ok, "id": drop-1, "message": ' + A + "}",
    "names alone without quotes": re.sub(r'"(\w+)":', r"\1:", JSON),
    "comments": JSON.replace('"ok",', '"ok", // as it is\n/* and: "id" */ '),
    "a comment at the end": JSON + " // sent by a script",
    "quotes in a value": JSON.replace("First line", 'First "quoted" line'),
    "truncated": JSON[:-1],
    "truncated in a value": JSON[:-2],
    "followed by text": f"{JSON}\n-- \nsent by a script",
    "followed by another": f"{JSON}\n{{}}",
    "followed by a semicolon": f"{JSON};",
    "quotes of a word processor": JSON.replace('"', "\N{RIGHT DOUBLE QUOTATION MARK}"),
    "quotes in pairs": re.sub(
        r'"([^"]*)"', "\N{LEFT DOUBLE QUOTATION MARK}\\1\N{RIGHT DOUBLE QUOTATION MARK}", JSON
    ),
    "quotes in full width": JSON.replace('"', "\N{FULLWIDTH QUOTATION MARK}"),
    "colons in full width": JSON.replace('": ', '"\N{FULLWIDTH COLON}'),
    "commas in full width": JSON.replace('", ', '"\N{FULLWIDTH COMMA} '),
    "semicolons": JSON.replace('", ', '"; '),
    "a missing colon": JSON.replace('"state": ', '"state" '),
    "a byte order mark inside": JSON.replace(', "state"', ', \ufeff"state"'),
    "escaped for HTML": JSON.replace('"', "&quot;"),
    "escaped for HTML, by number": JSON.replace('"', "&#34;"),
    "escaped for an address": quote(JSON),
    "escaped for a form": quote_plus(JSON),
    "a leading zero": JSON.replace('"ok",', '"ok", "value": 007,'),
    "a sign": JSON.replace('"ok",', '"ok", "value": +7,'),
    "in a call": f"callback({JSON});",
    "behind words": f"Alert: {JSON}",
    "between marks": f"```json\n{JSON}\n```",
    "UTF-16": JSON.encode("utf-16"),
    "UTF-16 without a mark": JSON.encode("utf-16-le"),
    "UTF-16 of another order": JSON.encode("utf-16-be"),
    "UTF-32": JSON.encode("utf-32"),
    "UTF-32 without a mark": JSON.encode("utf-32-le"),
}
FORMS = {
    "multipart": (f"{MULTIPART}--{BOUNDARY}--\r\n", f"multipart/form-data; boundary={BOUNDARY}"),
    "multipart, quoted boundary": (
        f"{MULTIPART}--{BOUNDARY}--\r\n",
        f'Multipart/Form-Data; charset=utf-8; boundary="{BOUNDARY}"',
    ),
    "multipart, another type": (f"{MULTIPART}--{BOUNDARY}--\r\n", "text/plain"),
    "multipart, another boundary": (f"{MULTIPART}--{BOUNDARY}--\r\n", "multipart/form-data; boundary=zzz"),
    "multipart, behind words": (
        f"Words\r\n{MULTIPART}--{BOUNDARY}--\r\n",
        f"multipart/mixed; boundary={BOUNDARY}",
    ),
    "multipart of payload_json": (
        f'--x\r\nContent-Disposition: form-data; name="payload_json"\r\n\r\n{JSON}\r\n--x--',
        "multipart/form-data; boundary=x",
    ),
    "multipart, not closed": (MULTIPART, f"multipart/form-data; boundary={BOUNDARY}"),
    "multipart of JSON": (
        (
            '--x\r\nContent-Disposition: form-data; name="payload"; filename="a.json"\r\n'
            f"Content-Type: application/json\r\n\r\n{RAW}\r\n--x--"
        ),
        "multipart/form-data; boundary=x",
    ),
    "multipart without names": (
        f"--x\r\nContent-Type: application/json\r\n\r\n{JSON}\r\n--x--\r\n",
        "multipart/mixed; boundary=x",
    ),
    "form of JSON": (
        "payload=" + JSON.replace("%", "%25").replace("&", "%26"),
        "application/x-www-form-urlencoded",
    ),
    "XML": (
        f'<?xml version="1.0"?>\n<alert id="drop-1" state="ok"><title>Call dropped</title><call>{A}</call></alert>',
        "application/xml",
    ),
    "XML of elements": (
        (
            "<n:Alert xmlns:n='urn:x'><n:Id>drop-1</n:Id><n:Title>Call <![CDATA[dropped]]></n:Title>"
            f"<n:State>OK</n:State><n:m>{A}</n:m></n:Alert>"
        ),
        "text/xml",
    ),
    "XML, the state by another name": (
        f'<alert id="drop-1"><title>Call dropped</title><alertState>OK</alertState><m>{A}</m></alert>',
        "application/xml",
    ),
    "XML of named elements": (
        f'<alert id="drop-1"><field name="title">Call dropped</field><field name="status">OK</field>{A}</alert>',
        "application/xml",
    ),
    "XML cut off": (
        f'<alert id="drop-1"><call>{A}</call><title>Call dropped</title><state>ok<x>',
        "application/xml",
    ),
    "a table of Markdown": (
        f"| Name | Value |\n|---|---|\n| Title | Call dropped |\n| State | OK |\n| ID | drop-1 |\n\n{A}",
        "text/plain",
    ),
    "text of fields": (f"Title: Call dropped\nState: OK\nID: drop-1\n{A}", "text/plain"),
    "logfmt": (f'id=drop-1 state=ok title="Call dropped" call={A}', "text/plain"),
}


@pytest.mark.parametrize("name", BROKEN)
def test_broken_json_is_what_it_means(name: str) -> None:
    body = BROKEN[name]
    envelope = posted(body)
    assert (envelope.title, envelope.state) == ("Call dropped", "resolved")
    assert (envelope.jobs, envelope.resolved_jobs) == ((), (A,))
    assert envelope.thread_key == posted(JSON).thread_key


@pytest.mark.parametrize("name", FORMS)
@pytest.mark.parametrize("route", ["grafana", "generic", "arms", "sls"])
def test_other_forms_are_read_as_such(name: str, route: str) -> None:
    body, kind = FORMS[name]
    envelope = posted(body, route=route, kind=kind)
    assert (envelope.title, envelope.state, envelope.resolved_jobs) == ("Call dropped", "resolved", (A,))
    assert envelope.thread_key == posted(JSON, route=route).thread_key


def test_a_broken_alert_is_the_same_when_it_is_repeated() -> None:
    webhook = make_webhook()
    first, again = (webhook.post(make_request("/grafana", body))[1]["status"] for body in (RAW, JSON + ","))
    assert (first, again) == ("accepted", "duplicate")


@pytest.mark.parametrize(
    ("body", "kind", "title"),
    [
        (
            f"<html><head><title>Call &amp; line dropped</title><style>p {{}}</style></head><p>{A}",
            "text/html",
            "Call & line dropped",
        ),
        (
            f"<!DOCTYPE html><html><body><h1>Call <b>dropped</b></h1><p id='x'>{A}</p></body></html>",
            "",
            "Call dropped",
        ),
        (f"<p>Call dropped:<br>{A}</p>", "text/html", "Call dropped:"),
        (
            f"<alerts><alert><name>Call dropped</name><id>5</id><call>{A}</call></alert></alerts>",
            "",
            "Call dropped",
        ),
        (
            f"<event><at>2026</at><words>Call dropped again</words><c>{A}</c></event>",
            "",
            "Call dropped again",
        ),
        (f"{{\n}}\n{A}", "", A),
        (f"title=Call dropped\n{A}", "text/plain", "Call dropped"),
        (f"{{{{ .Title }}}}\nCall dropped\n{A}", "", "Call dropped"),
        (f'{{"x": "{A}"', "", "Alert"),
        (f'{{"title": "{{{{ .CommonLabels.alertname }}}}", "x": "{A}"}}', "", "Alert"),
        (f'{{"title": "<b>Call</b> dropped &lt;3", "x": "{A}"}}', "", "Call dropped <3"),
        (f'{{"title": "Calls {{queue=sales}}", "x": "{A}"}}', "", "Calls queue=sales"),
        (f'{{"title": "{{\\"a\\": 1}}", "name": "Call dropped", "x": "{A}"}}', "", "Call dropped"),
        (f'{{"title": "**Call dropped**", "x": "{A}"}}', "", "Call dropped"),
        (f'{{"title": "$EVENT_TITLE", "name": "Call dropped", "x": "{A}"}}', "", "Call dropped"),
        (f'{{"title": "N/A", "name": "Call dropped", "x": "{A}"}}', "", "Call dropped"),
        (f'{{"title": "<no value>", "name": "Call dropped", "x": "{A}"}}', "", "Call dropped"),
        (f'{{"title": "undefined", "name": "Call dropped", "x": "{A}"}}', "", "Call dropped"),
        (f'{{"title": "No title was set", "x": "{A}"}}', "", "No title was set"),
        (
            f"--x\r\nContent-Disposition: form-data\r\n\r\nCall dropped {A}\r\n--x--",
            "multipart/form-data; boundary=x",
            f"Call dropped {A}",
        ),
        (
            f"--x\r\nContent-Disposition: form-data; name=a\r\n\r\n{A}\r\n--x--",
            "multipart/form-data; boundary=x",
            "Alert",
        ),
        (f"----------138001380000\r\nSomething {A}", "multipart/form-data; boundary=y", f"Something {A}"),
    ],
)
def test_a_title_is_words(body: str, kind: str, title: str) -> None:
    shown = posted(body, kind=kind).title
    assert shown.replace('"', "") == title


@pytest.mark.parametrize(
    ("body", "state"),
    [
        (f"Call dropped {A}", "firing"),
        (f"resolved: {A}", "firing"),
        (f"Call dropped {A}\nStatus: RESOLVED", "resolved"),
        (f"Call dropped {A}\n* **State:** recovered after 5 min", "resolved"),
        (f"call {A}, status: ok, queue: sales", "resolved"),
        (f"level=error status=resolved call={A}", "resolved"),
        (f"HTTP status: OK {A}", "firing"),
        (f"the status=ok-ish {A}", "firing"),
        (f"mystatus=ok {A}", "firing"),
        (f"Status: resolved\nStatus: firing\n{A}", "firing"),
        (f"status: sleeping {A}", "firing"),
        (f"告警状态：已恢复\n{A}", "resolved"),
        (f"<table><tr><td>State</td><td>Resolved</td></tr><tr><td>{A}</td></tr></table>", "resolved"),
        (f"<div data-status='resolved'>{A}</div>", "resolved"),
        (f"<div class='resolved' id='ok'>{A}</div>", "firing"),
        (f"<a><b status='firing'/><b status='resolved'/>{A}</a>", "firing"),
    ],
)
@pytest.mark.parametrize("route", ["generic", "grafana", "arms", "datadog", "opsgenie"])
def test_text_has_the_state_that_stands_there_as_a_field(route: str, body: str, state: str) -> None:
    unknown = "sleeping" in body or "ok-ish" in body
    expected = "event" if route == "generic" and unknown else state
    assert posted(body, route=route, kind="text/plain").state == expected


def test_alertmanager_s_document_keeps_its_members_when_it_is_broken() -> None:
    alerts = [
        {
            "status": status,
            "labels": {"alertname": "CallDropped"},
            "annotations": {"summary": f"lost\n{job}"},
            "fingerprint": job[-4:],
            "startsAt": "2026-11-20T08:15:30Z",
        }
        for status, job in (("firing", A), ("resolved", B))
    ]
    whole = json.dumps({"status": "firing", "alerts": alerts})
    expected = posted(whole, route="alertmanager")
    for broken in (whole.replace("}]}", "},],}"), whole.replace("\\n", "\n"), json.dumps(whole), whole[:-2]):
        envelope = posted(broken, route="alertmanager")
        assert (envelope.jobs, envelope.resolved_jobs, envelope.state) == ((A,), (B,), "mixed")
        assert (envelope.thread_key, envelope.title) == (expected.thread_key, expected.title)


@pytest.mark.parametrize("text", ["[FIRING] x", "{k=v}", "{{ .x }}", "text", "", "{", "[1]", '"x"'])
def test_what_is_no_json_stays_text(text: str) -> None:
    with pytest.raises(ValueError, match="not JSON"):
        parse_broken_json(text)


values = st.recursive(
    st.none() | st.booleans() | st.text(max_size=20),
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(st.text(min_size=1, max_size=8), inner, max_size=4)
    ),
    max_leaves=15,
)


@given(
    tree=st.dictionaries(
        st.text(st.characters(codec="ascii", categories=["L"]), min_size=1), values, min_size=1
    )
)
def test_sound_json_with_members_is_read_as_the_strict_parser_reads_it(tree: dict[str, object]) -> None:
    assert parse_broken_json(json.dumps(tree)) == tree


pieces = st.sampled_from(
    [
        "{",
        "}",
        "[",
        "]",
        '"',
        "'",
        ":",
        ",",
        "\\",
        "\\u12",
        "\n",
        " ",
        "<",
        ">",
        "</",
        "<a b='",
        "<!--",
        "-->",
        "<![CDATA[",
        "]]>",
        "&lt;",
        "&#0;",
        "--x",
        "\r\n\r\n",
        "=",
        "status",
        "state:",
        "title=",
        "id=",
        "resolved",
        "{{",
        "null",
        A,
        "\ud800",
        "é",
        "：",
    ]
)


@given(
    body=st.lists(pieces, max_size=60).map("".join),
    route=st.sampled_from(["generic", "grafana", "sls", "ccc", "sentry"]),
)
def test_anything_gets_an_answer_and_no_id_is_lost(body: str, route: str) -> None:
    webhook = make_webhook()
    data = f"{body} {A} ".encode("utf-8", "surrogatepass")
    kind = {"Content-Type": "multipart/form-data; boundary=x"} if "--x" in body else {}
    status, answer = webhook.post(make_request(f"/{route}", data, kind))
    assert status == 200
    assert answer["status"] == ("ignored" if route == "ccc" else "accepted")
    for envelope in webhook.queue.envelopes:
        assert A in (*envelope.jobs, *envelope.resolved_jobs)
        assert not set("{}") & set(envelope.title)


# What begins a body, what is repeated in it, and what ends it.
HOSTILE = {
    "quotes": ('{"a":', '"', ""),
    "quotes and commas": ('{"a":"', '",', ""),
    "quotes and blanks": ('{"a":"', '"' + " " * 300, ""),
    "words": ("{a: ", "b ", ""),
    "objects": ("", '{"a":1}', ""),
    "backslashes": ("{'a':'", "\\", ""),
    "angle brackets": ("<a ", "<", ">"),
    "comments": ("<a>", "<!--", ""),
    "sections": ("<a>", "<![CDATA[", ""),
    "tags": ("", "<title>", ""),
    "an attribute": ("<a ", "b", ">"),
    "entities": ("<a>", "&#", ""),
    "fields": ("", "status:", ""),
    "field after field": ("", "status=", ""),
    "blanks": ("a", " ", "b"),
    "lines": ("", "id: x\n", ""),
    "parts": ("--x\r\ncontent-", "--x\r\n", ""),
    "names": ("--x\r\nContent-", 'name="', ""),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_body_takes_time_in_proportion_to_its_size(name: str) -> None:
    first, repeated, last = HOSTILE[name]

    def make(size: int) -> bytes:
        return f"{first}{repeated * (size // len(repeated))}{last}".encode()

    assert growth(lambda body: read_document(body, {}), make, 40_000) < LINEAR
