"""Who may send: every credential that is presented must be right, and one must be there."""

import hashlib
import hmac
from base64 import b64encode

import pytest

from callevents.settings.model import Settings
from callevents.settings.validators import ROUTES, RouteSecret
from callevents_sandbox.fixtures.alerts import SAMPLE_SECRET, SAMPLE_TIME, SAMPLE_TOKEN
from tests.webhook.builders import make_request, make_settings, make_webhook

BODY = b'{"job_id":"job-468a63a2-1111-4222-8333-b1ecf726d4be"}'
NOW = SAMPLE_TIME
SECRET, TOKEN = SAMPLE_SECRET, SAMPLE_TOKEN
GRAFANA, GRAFANA_TIME = "X-Grafana-Alerting-Signature", "X-Grafana-Alerting-Signature-Timestamp"
PAGERDUTY, SENTRY = "X-PagerDuty-Signature", "Sentry-Hook-Signature"
OWN, OWN_TIME = "X-Callevents-Signature", "X-Callevents-Timestamp"
HEADER, EVENTBRIDGE = "X-Callevents-Token", "x-eventbridge-signature-token"


def signed(body: bytes = BODY, secret: str = SECRET) -> str:
    return hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()


def own(timestamp: int = NOW, secret: str = SECRET) -> dict[str, str]:
    return {OWN_TIME: str(timestamp), OWN: f"v1={signed(f'{timestamp}:'.encode() + BODY, secret)}"}


def grafana(timestamp: str) -> dict[str, str]:
    return {GRAFANA_TIME: timestamp, GRAFANA: signed(f"{timestamp}:".encode() + BODY)}


def bearer(token: str = TOKEN) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}"}


def basic(password: str = TOKEN, user: str = "callevents") -> dict[str, str]:
    return {"Authorization": f"Basic {b64encode(f'{user}:{password}'.encode()).decode()}"}


RIGHT: dict[str, tuple[str, dict[str, str]]] = {
    **{f"bearer on {route}": (f"/{route}", bearer()) for route in ROUTES},
    "bearer in another case": ("/generic", {"Authorization": f"bEARER {TOKEN} "}),
    "basic": ("/generic", basic()),
    "basic of any user": ("/arms", basic(user="")),
    "basic in another case": ("/generic", {"Authorization": basic()["Authorization"].replace("Basic", "basic")}),
    "own header": ("/opsgenie", {HEADER: TOKEN}),
    "URL on cloudmonitor": (f"/cloudmonitor?token={TOKEN}", {}),
    "URL on ccc": (f"/ccc?token={TOKEN}", {}),
    "URL and header": (f"/ccc?token={TOKEN}", bearer()),
    "EventBridge's header": ("/eventbridge", {EVENTBRIDGE: TOKEN}),
    "all kinds of tokens": ("/eventbridge", {EVENTBRIDGE: TOKEN, HEADER: TOKEN, **bearer()}),
    "grafana": ("/grafana", {GRAFANA: signed()}),
    "grafana with its time": ("/grafana", grafana(str(NOW))),
    "grafana at the edge": ("/grafana", grafana(str(NOW - 300))),
    "grafana with bearer": ("/grafana", {GRAFANA: signed(), **bearer()}),
    "pagerduty": ("/pagerduty", {PAGERDUTY: f"v1={signed()}"}),
    "pagerduty in rotation": ("/pagerduty", {PAGERDUTY: f"v1={signed(secret='old')}, v1={signed()}"}),
    "sentry": ("/sentry", {SENTRY: signed(), "Sentry-Hook-Timestamp": "0"}),
    **{f"own signature on {route}": (f"/{route}", own()) for route in ROUTES},
    "own signature from a fast clock": ("/generic", own(NOW + 300)),
    "own signature in rotation": (
        "/generic", own() | {OWN: f"{own(secret='old')[OWN]},{own()[OWN]}"}
    ),
    "a trailing slash": ("/grafana/", {GRAFANA: signed()}),
    "another case of the route": ("/CloudMonitor?token=" + TOKEN, {}),
    "a route that is none": ("/of/our/own", bearer()),
}  # fmt: skip

WRONG: dict[str, tuple[str, dict[str, str]]] = {
    "nothing": ("/generic", {}),
    "wrong bearer": ("/generic", bearer("x")),
    "cut bearer": ("/generic", bearer(TOKEN[:-1])),
    "longer bearer": ("/generic", bearer(TOKEN + "x")),
    "empty bearer": ("/generic", {"Authorization": "Bearer "}),
    "bearer alone": ("/generic", {"Authorization": "Bearer"}),
    "empty authorization": ("/generic", {"Authorization": ""}),
    "the token without a scheme": ("/generic", {"Authorization": TOKEN}),
    "another scheme": ("/opsgenie", {"Authorization": f"GenieKey {TOKEN}"}),
    "two bearers": ("/generic", {"Authorization": f"Bearer {TOKEN},Bearer {TOKEN}"}),
    "foreign letters": ("/generic", bearer("ключ\udcff")),
    "basic with the token as user": ("/generic", basic("", TOKEN)),
    "basic without a colon": ("/generic", {"Authorization": f"Basic {b64encode(TOKEN.encode()).decode()}"}),
    "basic that is no base64": ("/generic", {"Authorization": "Basic ***"}),
    "basic that is no UTF-8": ("/generic", {"Authorization": f"Basic {b64encode(b':' + bytes([255])).decode()}"}),
    "basic in foreign letters": ("/generic", {"Authorization": "Basic ключ"}),
    "the secret as a token": ("/generic", bearer(SECRET)),
    "wrong own header": ("/generic", {HEADER: "x"}),
    "empty own header": ("/generic", {HEADER: ""}),
    "right beside wrong header": ("/generic", {**bearer(), HEADER: "x"}),
    "wrong beside right header": ("/generic", {**bearer("x"), HEADER: TOKEN}),
    "right bearer, wrong signature": ("/grafana", {**bearer(), GRAFANA: "0" * 64}),
    "right signature, wrong bearer": ("/grafana", {**bearer("x"), GRAFANA: signed()}),
    "right signature, wrong basic": ("/pagerduty", {**basic("x"), PAGERDUTY: f"v1={signed()}"}),
    "right own signature, wrong grafana": ("/grafana", {**own(), GRAFANA: "0" * 64}),
    "right grafana, wrong own signature": ("/grafana", {GRAFANA: signed(), OWN_TIME: str(NOW), OWN: "v1=0"}),
    "right bearer, wrong own signature": ("/generic", {**bearer(), OWN_TIME: str(NOW), OWN: "v1=0"}),
    "right bearer, empty signature": ("/sentry", {**bearer(), SENTRY: ""}),
    **{
        f"URL token on {route}": (f"/{route}?token={TOKEN}", {})
        for route in ROUTES if route not in {"cloudmonitor", "ccc"}
    },
    "URL token beside a right bearer": (f"/alertmanager?token={TOKEN}", bearer()),
    "wrong URL token beside a right bearer": ("/ccc?token=x", bearer()),
    "right URL token, wrong bearer": (f"/ccc?token={TOKEN}", bearer("x")),
    "empty URL token": ("/ccc?token=", {}),
    "empty URL token beside a right bearer": ("/ccc?token=", bearer()),
    "another parameter": (f"/ccc?Token={TOKEN}", {}),
    "EventBridge's header elsewhere": ("/generic", {EVENTBRIDGE: TOKEN}),
    "EventBridge's header elsewhere beside a bearer": ("/sls", {EVENTBRIDGE: TOKEN, **bearer()}),
    "wrong EventBridge header": ("/eventbridge", {EVENTBRIDGE: "x", **bearer()}),
    "EventBridge's RSA alone": ("/eventbridge", {"x-eventbridge-signature-v2": "x"}),
    "EventBridge's old HMAC alone": ("/eventbridge", {"x-eventbridge-signature": "x"}),
    "grafana's signature elsewhere": ("/alertmanager", {GRAFANA: signed()}),
    "grafana's signature elsewhere beside a bearer": ("/generic", {GRAFANA: signed(), **bearer()}),
    "sentry's without a signature": ("/sentry", {"Sentry-Hook-Resource": "issue"}),
    "pagerduty without v1": ("/pagerduty", {PAGERDUTY: signed()}),
    "pagerduty with v2": ("/pagerduty", {PAGERDUTY: f"v2={signed()}"}),
    "pagerduty of another secret": ("/pagerduty", {PAGERDUTY: f"v1={signed(secret='x')}"}),
    "pagerduty of another body": ("/pagerduty", {PAGERDUTY: f"v1={signed(BODY + b' ')}"}),
    "upper-case hex": ("/sentry", {SENTRY: signed().upper()}),
    "a signature in foreign letters": ("/sentry", {SENTRY: "\udcff" + "é" * 63}),
    "grafana with a time that was not signed": ("/grafana", {GRAFANA: signed(), GRAFANA_TIME: str(NOW)}),
    "grafana too old": ("/grafana", grafana(str(NOW - 301))),
    "grafana from the future": ("/grafana", grafana(str(NOW + 301))),
    **{
        f"a time of {time[:12]!r}": ("/grafana", grafana(time))
        for time in ("", "abc", "-1", "1e9", "1795162530.5", "٣٣٣", "9" * 5000, "0x1", " ", "nan")
    },
    "own signature too old": ("/generic", own(NOW - 301)),
    "own signature from the future": ("/generic", own(NOW + 301)),
    "own signature without its time": ("/generic", {OWN: f"v1={signed()}"}),
    "own signature without v1": ("/generic", {OWN_TIME: str(NOW), OWN: own()[OWN].removeprefix("v1=")}),
    "own time alone": ("/generic", {OWN_TIME: str(NOW)}),
}  # fmt: skip


@pytest.mark.parametrize(("path", "headers"), RIGHT.values(), ids=RIGHT.keys())
def test_a_right_credential_opens(path: str, headers: dict[str, str]) -> None:
    webhook = make_webhook()
    status, _ = webhook.post(make_request(path, BODY, headers, token=None))
    assert status == 200


@pytest.mark.parametrize(("path", "headers"), WRONG.values(), ids=WRONG.keys())
def test_anything_wrong_is_refused_with_one_answer(path: str, headers: dict[str, str]) -> None:
    webhook = make_webhook()

    response = webhook.http(make_request(path, BODY, headers, token=None))

    assert response == webhook.http(make_request("/generic", b"", {}, token=None))
    assert (response.status, response.body) == (401, '{"status": "unauthorized"}')
    assert webhook.queue.attempts == []


@pytest.mark.parametrize("route", ["grafana", "sentry", "pagerduty"])
def test_what_was_signed_with_a_time_does_not_pass_without_it(route: str) -> None:
    """Nobody who recorded a request may move its timestamp into the body, and have it taken whenever they like."""
    recorded = own()
    header = {"grafana": GRAFANA, "sentry": SENTRY, "pagerduty": PAGERDUTY}[route]
    prefix = "v1=" if route == "pagerduty" else ""
    signature = prefix + recorded[OWN].removeprefix("v1=")
    replayed = make_request(f"/{route}", f"{NOW}:".encode() + BODY, {header: signature}, token=None)

    assert make_webhook().post(replayed, now=NOW + 10_000)[0] == 401


BOUND = (
    RouteSecret("of-all"),
    RouteSecret("of-grafana", "grafana"),
    RouteSecret("of-grafana-too", "grafana"),
)


@pytest.mark.parametrize(
    ("path", "headers", "status"),
    [
        ("/grafana", {GRAFANA: signed(secret="of-grafana")}, 200),
        ("/grafana", {GRAFANA: signed(secret="of-grafana-too")}, 200),
        ("/grafana", own(secret="of-grafana"), 200),
        ("/grafana", bearer(), 401),
        ("/grafana", {GRAFANA: signed(secret="of-all")}, 401),
        ("/grafana", {GRAFANA: signed(secret="of-grafana"), **bearer("x")}, 401),
        ("/sentry", {SENTRY: signed(secret="of-grafana")}, 401),
        ("/sentry", {SENTRY: signed(secret="of-all")}, 200),
        ("/sentry", bearer(), 200),
        ("/generic", own(secret="of-grafana"), 401),
        ("/generic", own(secret="of-all"), 200),
    ],
)
def test_a_bound_secret_is_compulsory_on_its_route_and_worth_nothing_elsewhere(
    path: str, headers: dict[str, str], status: int
) -> None:
    webhook = make_webhook(webhook_secrets=BOUND)
    assert webhook.post(make_request(path, BODY, headers, token=None))[0] == status


@pytest.mark.parametrize(
    ("path", "headers", "status"),
    [
        ("/ccc?token=of-ccc", {}, 200),
        ("/ccc?token=of-all", {}, 200),
        ("/cloudmonitor?token=of-ccc", {}, 401),
        ("/generic", bearer("of-ccc"), 401),
        ("/ccc", bearer("of-ccc"), 200),
        ("/cloudmonitor?token=of-all", {}, 200),
    ],
)
def test_a_bound_token_opens_nothing_but_its_route(path: str, headers: dict[str, str], status: int) -> None:
    webhook = make_webhook(webhook_tokens=(RouteSecret("of-all"), RouteSecret("of-ccc", "ccc")))
    assert webhook.post(make_request(path, BODY, headers, token=None))[0] == status


@pytest.mark.parametrize(
    "changes",
    [
        {"webhook_secrets": (), "webhook_tokens": ()},
        {"webhook_secrets": (RouteSecret(" "),), "webhook_tokens": (RouteSecret(""),)},
        {"wrong": ("CALLEVENTS_WEBHOOK_SECRET",)},
        {"wrong": ("CALLEVENTS_WEBHOOK_TOKEN",)},
        {"wrong": ("CALLEVENTS_EVENTBRIDGE_CERTIFICATE",)},
    ],
)
@pytest.mark.parametrize("headers", [bearer(), bearer(""), own(), own(secret=""), basic("")])
def test_no_or_wrong_settings_open_nothing(changes: dict[str, object], headers: dict[str, str]) -> None:
    webhook = make_webhook(**changes)
    assert webhook.post(make_request("/generic", BODY, headers, token=None))[0] == 401


def test_secrets_only_or_tokens_only_are_enough() -> None:
    for changes, headers in (({"webhook_tokens": ()}, own()), ({"webhook_secrets": ()}, bearer())):
        assert make_webhook(**changes).post(make_request("/generic", BODY, headers, token=None))[0] == 200


def test_a_signature_that_nobody_can_check_is_wrong() -> None:
    webhook = make_webhook(webhook_secrets=())
    headers = {PAGERDUTY: f"v1={signed(secret='')}", **bearer()}
    assert webhook.post(make_request("/pagerduty", BODY, headers, token=None))[0] == 401


def test_secrets_come_from_the_environment_with_their_routes() -> None:
    settings = Settings.from_environ(
        {
            "CALLEVENTS_WEBHOOK_SECRET": "of-all:the-routes-0001 ,pagerduty: of:pagerduty-00001 ",
            "CALLEVENTS_WEBHOOK_TOKEN": " token-of-all-00001 , ccc:token-of-ccc-00001 ",
        }
    )
    webhook = make_webhook(webhook_secrets=settings.webhook_secrets, webhook_tokens=settings.webhook_tokens)
    requests = [
        ("/pagerduty", {PAGERDUTY: f"v1={signed(secret='of:pagerduty-00001')}"}),
        ("/sentry", {SENTRY: signed(secret="of-all:the-routes-0001")}),
        ("/generic", bearer("token-of-all-00001")),
        ("/ccc?token=token-of-ccc-00001", {}),
    ]
    assert [webhook.post(make_request(path, BODY, headers, token=None))[0] for path, headers in requests] == [
        200
    ] * 4


def test_nothing_that_is_secret_is_printed() -> None:
    from callevents.webhook.authentication import route_credentials
    from callevents.webhook.senders import SENDERS

    credentials = route_credentials(make_settings(), SENDERS["generic"])
    assert SECRET not in repr(credentials)
    assert TOKEN not in repr(credentials)


def test_a_text_that_begins_with_a_time_of_the_day_may_be_signed() -> None:
    body = b"16:15 Call dropped: job-468a63a2-1111-4222-8333-b1ecf726d4be"
    status, _ = make_webhook().post(make_request("/grafana", body, {GRAFANA: signed(body)}, token=None))
    assert status == 200
