"""The vendor's own client, pointed at the stand-in."""

from alibabacloud_ccc20200701.client import Client
from alibabacloud_tea_openapi.models import Config

from callevents_sandbox import ccc
from callevents_sandbox.alibabacloud.acs3_verifier import AccessKey


def client(url: str, key: AccessKey = ccc.KEY) -> Client:
    config = Config(
        access_key_id=key.id,
        access_key_secret=key.secret,
        security_token=key.token,
        protocol="HTTP",
        endpoint=url.removeprefix("http://"),
    )
    return Client(config)
