"""The vendor's own client, pointed at the stand-in."""

from alibabacloud_ccc20200701.client import Client

from callevents_sandbox import ccc
from callevents_sandbox.alibabacloud.acs3_verifier import AccessKey
from tests.sandbox.official_sdk import config


def client(url: str, key: AccessKey = ccc.KEY) -> Client:
    return Client(config(url, key))
