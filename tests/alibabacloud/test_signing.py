"""The signature, judged by published vectors stage by stage and by the official SDK on anything."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import pytest
from alibabacloud_tea_openapi.utils import Utils
from darabonba.request import DaraRequest
from hypothesis import given
from hypothesis import strategies as st

from callevents.alibabacloud import signing
from callevents.invocation import Credentials
from tests.examples import examples

STAGES = ("canonical_query", "canonical_headers", "signed_headers", "canonical_request", "string_to_sign", "signature",
          "authorization")  # fmt: skip


@dataclass(frozen=True)
class Vector:
    """A published or recomputed signature with all its stages."""

    name: str
    method: str
    path: str
    query: list[tuple[str, str]]
    headers: list[tuple[str, str]]
    body: str | None
    access_key_id: str
    access_key_secret: str
    security_token: str | None
    date: str | None
    nonce: str | None
    payload_hash: str
    stages: dict[str, str]


def read_vectors() -> Iterable[Vector]:
    path = Path(__file__).parents[1] / "data" / "signing-vectors.json"
    for entry in json.loads(path.read_text("utf-8"))["vectors"]:
        fields = {name: entry[name] for name in Vector.__dataclass_fields__ if name in entry}
        pairs = {name: [tuple(pair) for pair in entry[name]] for name in ("query", "headers")}
        yield Vector(**{**fields, **pairs, "stages": {stage: entry[stage] for stage in STAGES}})


VECTORS = list(read_vectors())


def stages_of(vector: Vector) -> dict[str, str]:
    """Compute every stage from the vector's right stages before it, so that a failure names the broken one."""
    right = vector.stages
    return {
        "canonical_query": signing.canonical_query(vector.query),
        "canonical_headers": signing.canonical_headers(vector.headers),
        "signed_headers": signing.signed_headers(vector.headers),
        "canonical_request": signing.canonical_request(
            method=vector.method, path=vector.path, canonical_query=right["canonical_query"],
            canonical_headers=right["canonical_headers"], signed_headers=right["signed_headers"],
            payload_hash=vector.payload_hash,
        ),
        "string_to_sign": signing.string_to_sign(right["canonical_request"]),
        "signature": signing.signature(vector.access_key_secret, right["string_to_sign"]),
        "authorization": signing.authorization(
            vector.access_key_id, right["signed_headers"], right["signature"]
        ),
    }  # fmt: skip


@pytest.mark.parametrize("stage", STAGES)
@pytest.mark.parametrize("vector", VECTORS, ids=lambda vector: vector.name)
def test_each_stage_of_a_vector(vector: Vector, stage: str) -> None:
    assert stages_of(vector)[stage] == vector.stages[stage]


@pytest.mark.parametrize("vector", [v for v in VECTORS if v.body is not None], ids=lambda vector: vector.name)
def test_payload_hash(vector: Vector) -> None:
    assert signing.payload_hash((vector.body or "").encode()) == vector.payload_hash


@pytest.mark.parametrize("vector", [v for v in VECTORS if v.nonce], ids=lambda vector: vector.name)
def test_sign_gives_the_headers_and_the_authorization_of_a_vector(vector: Vector) -> None:
    ours = {"x-acs-action", "x-acs-version", "x-acs-date", "x-acs-signature-nonce", "x-acs-content-sha256",
            "x-acs-accesskey-id", "x-acs-security-token"}  # fmt: skip
    expected = dict(vector.headers)
    signed = signing.sign(
        method=vector.method,
        path=vector.path,
        query=vector.query,
        headers=[(name, value) for name, value in vector.headers if name not in ours],
        body=(vector.body or "").encode(),
        action=expected["x-acs-action"],
        version=expected["x-acs-version"],
        credentials=Credentials(vector.access_key_id, vector.access_key_secret, vector.security_token),
        date=vector.date or "",
        nonce=vector.nonce or "",
    )
    sent = signed.headers
    assert signed.query == vector.stages["canonical_query"]
    assert signed.string_to_sign == vector.stages["string_to_sign"]
    assert dict(sent) == {**expected, "authorization": vector.stages["authorization"]}
    assert len(sent) == len(expected) + 1


def test_equal_names_are_sorted_by_value_and_an_absent_query_is_an_empty_line() -> None:
    assert signing.canonical_query([("b", "2"), ("a", "z"), ("b", "1")]) == "a=z&b=1&b=2"
    assert signing.canonical_query([]) == ""


@pytest.mark.parametrize(
    ("text", "encoded"),
    [
        ("a b", "a%20b"),
        ("*", "%2A"),
        ("~", "~"),
        ("+", "%2B"),
        ("%", "%25"),
        ("中", "%E4%B8%AD"),
        ("\ud800", "%3F"),
    ],
)
def test_percent_encoding(text: str, encoded: str) -> None:
    assert signing.percent_encoded(text) == encoded


texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=40)
# The SDK leaves the names of the query unencoded: only plain names can be compared.
plain_names = st.from_regex(r"[A-Za-z0-9_.~-]{1,12}", fullmatch=True)


def official(
    *,
    method: str,
    path: str,
    query: dict[str, str],
    headers: dict[str, str],
    payload_hash: str,
    key: str,
    secret: str,
) -> str:
    request = DaraRequest()
    request.method, request.pathname, request.query, request.headers = method, path, query, headers
    return str(Utils.get_authorization(request, signing.ALGORITHM, payload_hash, key, secret))


@examples(200)
@given(
    method=st.sampled_from(["GET", "POST", "PUT", "DELETE"]),
    path=st.text(max_size=30).map(lambda text: "/" + signing.percent_encoded(text)) | st.just(""),
    query=st.dictionaries(plain_names, texts, max_size=5),
    headers=st.dictionaries(texts, texts, max_size=6),
    body=st.binary(max_size=200),
    key=texts,
    secret=texts.filter(bool),
)
def test_any_request_is_signed_as_the_official_sdk_signs_it(
    *,
    method: str,
    path: str,
    query: dict[str, str],
    headers: dict[str, str],
    body: bytes,
    key: str,
    secret: str,
) -> None:
    payload_hash = signing.payload_hash(body)
    pairs = list(headers.items())
    text = signing.canonical_request(
        method=method,
        path=path,
        canonical_query=signing.canonical_query(query.items()),
        canonical_headers=signing.canonical_headers(pairs),
        signed_headers=signing.signed_headers(pairs),
        payload_hash=payload_hash,
    )
    ours = signing.authorization(
        key, signing.signed_headers(pairs), signing.signature(secret, signing.string_to_sign(text))
    )
    assert ours == official(
        method=method,
        path=path,
        query=query,
        headers=headers,
        payload_hash=payload_hash,
        key=key,
        secret=secret,
    )


any_text = st.text(st.characters(exclude_categories=[]), max_size=20)


@examples(100)
@given(
    query=st.lists(st.tuples(any_text, any_text), max_size=6),
    headers=st.lists(st.tuples(any_text, any_text), max_size=6),
    body=st.binary(max_size=50),
    token=st.none() | any_text,
    secret=any_text,
)
def test_sign_is_total_and_does_not_depend_on_the_order(
    *,
    query: list[tuple[str, str]],
    headers: list[tuple[str, str]],
    body: bytes,
    token: str | None,
    secret: str,
) -> None:
    def authorization(query: list[tuple[str, str]], headers: list[tuple[str, str]]) -> str:
        sent = signing.sign(
            query=query, headers=headers, body=body, action="A", version="1",
            credentials=Credentials("id", secret, token), date="2026-03-04T10:30:00Z", nonce="n",
        ).headers  # fmt: skip
        assert sent[: len(headers)] == headers
        name, value = sent[-1]
        assert name == "authorization"
        return value

    assert authorization(query, headers) == authorization(query[::-1], headers[::-1])


def signed(
    *, method: str = "POST", path: str = "/a", value: str = "b", host: str = "h", body: bytes = b"x", action: str = "A",
    version: str = "1", secret: str = "s", token: str = "t", date: str = "d", nonce: str = "n",
) -> str:  # fmt: skip
    return signing.sign(
        method=method, path=path, query=[("a", value)], headers=[("host", host)], body=body, action=action,
        version=version, credentials=Credentials("id", secret, token), date=date, nonce=nonce,
    ).headers[-1][1]  # fmt: skip


def test_a_changed_part_changes_the_signature() -> None:
    signatures = {
        signed(), signed(method="GET"), signed(path="/b"), signed(value="c"), signed(host="i"), signed(body=b"y"),
        signed(action="B"), signed(version="2"), signed(secret="u"), signed(token="v"), signed(date="e"),
        signed(nonce="m"),
    }  # fmt: skip
    assert len(signatures) == 12
