"""The usual libraries in one invocation: slack-bolt, the vendor's SDK, and the answer in the acknowledgement."""

import base64
import json
import os
from typing import Any
from urllib.parse import urlsplit

import plain  # type: ignore[import-not-found]  # it lies beside this file where it runs
from alibabacloud_ccc20200701 import models as ccc
from alibabacloud_ccc20200701.client import Client as ContactCenter
from alibabacloud_tea_openapi.models import Config
from slack_bolt import Ack, App, BoltRequest
from slack_sdk import WebClient

slack = WebClient(os.environ["SLACK_BOT_TOKEN"], base_url=os.environ["SLACK_API_URL"])
app = App(
    process_before_response=True, name="callevents", client=slack
)  # the secret comes from the environment
_url = urlsplit(os.environ["CCC_ENDPOINT"])
contact_center = ContactCenter(
    Config(
        access_key_id=os.environ["ALIBABA_CLOUD_ACCESS_KEY_ID"],
        access_key_secret=os.environ["ALIBABA_CLOUD_ACCESS_KEY_SECRET"],
        security_token=os.environ["ALIBABA_CLOUD_SECURITY_TOKEN"],
        endpoint=_url.netloc,
        protocol=_url.scheme.upper(),
    )
)


@app.command("/callevents")
def look_up(command: dict[str, Any], ack: Ack) -> None:
    """Ask the contact center, and answer at once."""
    job_id = command["text"].strip()
    request = ccc.ListNotificationRecordsRequest(
        instance_id=os.environ["CCC_INSTANCE_ID"], notification_keys=json.dumps([job_id])
    )
    body = contact_center.list_notification_records(request).body
    answer = plain.message(job_id, [(each.notification_type, each.content) for each in body.data])
    ack(**answer)


def handler(event: bytes, _context: object = None) -> dict[str, Any]:
    """Translate between Function Compute and bolt."""
    request = json.loads(event)
    body = base64.b64decode(request["body"]).decode() if request["isBase64Encoded"] else request["body"]
    answer = app.dispatch(
        BoltRequest(body=body, query=request["queryParameters"], headers=request["headers"])
    )
    headers = answer.first_headers()
    return {"statusCode": answer.status, "headers": headers, "isBase64Encoded": False, "body": answer.body}
