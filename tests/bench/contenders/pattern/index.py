"""The usual pattern: slack-bolt as on Lambda, a lazy listener that invokes the function again, the vendor's SDKs.

bolt has no adapter for Function Compute, so its AWS one (`adapter/aws_lambda`) is followed, step by step.
"""

import base64
import json
import os
from collections.abc import Callable
from logging import getLogger
from typing import Any
from urllib.parse import urlsplit

import plain  # type: ignore[import-not-found]  # it lies beside this file where it runs
from alibabacloud_fc20230330 import models as fc
from alibabacloud_fc20230330.client import Client as FunctionCompute
from alibabacloud_tea_openapi.models import Config
from alibabacloud_tea_util.models import RuntimeOptions
from slack_bolt import Ack, App, BoltRequest, BoltResponse, Respond
from slack_bolt.lazy_listener import LazyListenerRunner
from slack_sdk import WebClient


def config(endpoint: str) -> Config:
    """Return what both SDKs want to know."""
    url = urlsplit(endpoint)
    return Config(
        access_key_id=os.environ["ALIBABA_CLOUD_ACCESS_KEY_ID"],
        access_key_secret=os.environ["ALIBABA_CLOUD_ACCESS_KEY_SECRET"],
        security_token=os.environ["ALIBABA_CLOUD_SECURITY_TOKEN"],
        endpoint=url.netloc,
        protocol=url.scheme.upper(),
    )


class Again(LazyListenerRunner):
    """Invokes this function again, asynchronously, as bolt's Lambda runner does."""

    def __init__(self) -> None:
        self.logger = getLogger(__name__)
        self.client = FunctionCompute(config(os.environ["CALLEVENTS_FC_ENDPOINT"]))

    def start(self, function: Callable[..., None], request: BoltRequest) -> None:
        """Queue the event that came, marked for the lazy listener."""
        event = request.context["fc_event"]
        event["headers"]["x-slack-bolt-lazy-only"] = "1"
        event["headers"]["x-slack-bolt-lazy-function-name"] = request.lazy_function_name
        self.client.invoke_function_with_options(
            os.environ["FC_FUNCTION_NAME"],
            fc.InvokeFunctionRequest(body=json.dumps(event).encode()),
            fc.InvokeFunctionHeaders(x_fc_invocation_type="Async"),
            RuntimeOptions(),
        )


slack = WebClient(os.environ["SLACK_BOT_TOKEN"], base_url=os.environ["SLACK_API_URL"])
app = App(
    process_before_response=True, name="callevents", client=slack
)  # the secret comes from the environment
app.listener_runner.lazy_listener_runner = Again()
_contact_center: list[Any] = []


def acknowledge(ack: Ack) -> None:
    """Say that the lookup is under way."""
    ack("Looking up the call …")


def look_up(command: dict[str, Any], respond: Respond) -> None:
    """Ask the contact center, and answer by the response_url."""
    from alibabacloud_ccc20200701 import models as ccc
    from alibabacloud_ccc20200701.client import Client as ContactCenter

    if not _contact_center:
        _contact_center.append(ContactCenter(config(os.environ["CCC_ENDPOINT"])))
    job_id = command["text"].strip()
    request = ccc.ListNotificationRecordsRequest(
        instance_id=os.environ["CCC_INSTANCE_ID"], notification_keys=json.dumps([job_id])
    )
    body = _contact_center[0].list_notification_records(request).body
    records = [(each.notification_type, each.content) for each in body.data]
    respond(**plain.message(job_id, records), replace_original=True)


app.command("/callevents")(ack=acknowledge, lazy=[look_up])


def handler(event: bytes, _context: object = None) -> dict[str, Any]:
    """Translate between Function Compute and bolt."""
    request = json.loads(event)
    body = base64.b64decode(request["body"]).decode() if request["isBase64Encoded"] else request["body"]
    bolt = BoltRequest(body=body, query=request["queryParameters"], headers=request["headers"])
    bolt.context["fc_event"] = request
    return _response(app.dispatch(bolt))


def _response(answer: BoltResponse) -> dict[str, Any]:
    headers = answer.first_headers()
    return {"statusCode": answer.status, "headers": headers, "isBase64Encoded": False, "body": answer.body}
