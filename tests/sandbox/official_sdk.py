"""The vendor's own SDK, pointed at the stand-ins: what its clients need, and how they say that they were refused."""

from collections.abc import Callable

import pytest
from alibabacloud_tea_openapi.exceptions import ClientException
from alibabacloud_tea_openapi.models import Config
from darabonba.exceptions import UnretryableException

from callevents_sandbox.alibabacloud.acs3_verifier import AccessKey


def config(url: str, key: AccessKey) -> Config:
    return Config(
        access_key_id=key.id,
        access_key_secret=key.secret,
        security_token=key.token,
        protocol="HTTP",
        endpoint=url.removeprefix("http://"),
    )


def refused(code: str, ask: Callable[[], object]) -> int:
    """Return the HTTP status with which *ask* is refused with *code*."""
    with pytest.raises(ClientException) as caught:
        ask()
    assert caught.value.code == code
    assert caught.value.request_id
    return int(caught.value.status_code)


def fails(error: type[Exception], code: str, ask: Callable[[], object]) -> None:
    """Have *ask* fail with *error*, perhaps after the SDK's own attempts, and with *code*."""
    with pytest.raises((error, UnretryableException)) as caught:
        ask()
    assert getattr(caught.value, "inner_exception", caught.value).code == code
