"""The judge of signatures: by the published vectors, and by the product's own signer, which knows nothing of it."""

import json
from calendar import timegm
from pathlib import Path
from time import strptime
from typing import Any
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from callevents.alibabacloud import signing
from callevents.invocation import Credentials
from callevents_sandbox.alibabacloud.acs3_verifier import (
    AccessKey,
    Gate,
    Refusal,
    SentRequest,
    canonical_request,
)
from tests.examples import examples

VECTORS = json.loads((Path(__file__).parents[1] / "data" / "signing-vectors.json").read_text("utf-8"))[
    "vectors"
]
DATE = "2026-03-04T10:30:00Z"
KEY = AccessKey("STS.Ntest", "secret", "token+/=")


def at(date: str) -> float:
    return timegm(strptime(date, "%Y-%m-%dT%H:%M:%SZ"))


def sent(vector: dict[str, Any]) -> SentRequest:
    query = "&".join(f"{quote(name, safe='')}={quote(value, safe='')}" for name, value in vector["query"])
    headers = [(name.lower(), value) for name, value in vector["headers"]]
    headers.append(("authorization", vector["authorization"]))
    return SentRequest(vector["method"], vector["path"], query, headers, (vector["body"] or "").encode())


@pytest.mark.parametrize("vector", VECTORS, ids=lambda vector: vector["name"])
def test_the_published_vectors(vector: dict[str, Any]) -> None:
    request = sent(vector)
    names = vector["signed_headers"].split(";")
    assert canonical_request(request, names, vector["payload_hash"]) == vector["canonical_request"]


@pytest.mark.parametrize(
    "vector", [each for each in VECTORS if each["name"].startswith("ccc")], ids=lambda v: v["name"]
)
def test_the_vectors_are_let_in_once(vector: dict[str, Any]) -> None:
    key = AccessKey(vector["access_key_id"], vector["access_key_secret"], vector["security_token"])
    gate = Gate([key], lambda: at(vector["date"]))
    assert gate.admit(sent(vector)) is key
    with pytest.raises(Refusal) as refused:
        gate.admit(sent(vector))
    assert refused.value.code == "SignatureNonceUsed"


TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)


@examples(100)
@given(
    query=st.lists(st.tuples(TEXT, TEXT), max_size=5),
    body=st.binary(max_size=50),
    path=st.sampled_from(["/", "/2023-03-30/functions/callevents-worker/invocations"]),
)
def test_what_the_product_signs_is_let_in(query: list[tuple[str, str]], body: bytes, path: str) -> None:
    signed = signing.sign(
        path=path,
        query=query,
        headers=[("Host", "127.0.0.1:1"), ("Content-Type", "application/octet-stream")],
        body=body,
        action="InvokeFunction",
        version="2023-03-30",
        credentials=Credentials(KEY.id, KEY.secret, KEY.token),
        date=DATE,
        nonce="n",
    )
    headers = [(name.lower(), value) for name, value in signed.headers]
    request = SentRequest("POST", path, signed.query, headers, body)
    assert Gate([KEY], lambda: at(DATE)).admit(request) is KEY
    with pytest.raises(Refusal):
        Gate([KEY], lambda: at(DATE)).admit(SentRequest("POST", path, signed.query, headers, body + b"x"))


@pytest.mark.parametrize(("minutes", "fine"), [(0, True), (14, True), (-14, True), (16, False), (-16, False)])
def test_the_clock_may_be_off_by_a_quarter_of_an_hour(minutes: int, fine: bool) -> None:
    vector = next(each for each in VECTORS if each["name"] == "ccc-A-one-key")
    key = AccessKey(vector["access_key_id"], vector["access_key_secret"])
    gate = Gate([key], lambda: at(vector["date"]) + 60 * minutes)
    try:
        gate.admit(sent(vector))
        code = ""
    except Refusal as refusal:
        code = refusal.code
    assert code == ("" if fine else "InvalidTimeStamp.Expired")
