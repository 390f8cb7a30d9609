"""@slack/bolt, Slack's own verifier in another language, judges the same requests as ours."""

import base64
import hmac
import json
import random
import subprocess
from hashlib import sha256
from pathlib import Path
from typing import Any

from callevents.slack.requests.signature import signature_failure

FOLDER = Path(__file__).parent
KEPT = FOLDER.parents[1] / "data" / "slack" / "bolt-verdicts.json"
SECRET = "8f742231b10e8888abcd99yyyzzz85a5"
NOW = 1795334591
BODIES = [
    b"",
    b"payload=%7B%7D",
    "text=\u901a\u8bdd+\U0001f525".encode(),
    b'{"type":"url_verification"}',
    b"a" * 5000,
]


def requests() -> list[dict[str, Any]]:
    """Genuine ones, and for each what a forger may try; bolt does not look into the future, so nor do these."""
    chance = random.Random(5)
    bodies = [*BODIES, *(chance.randbytes(40).hex().encode() for _ in range(20))]
    return [
        {"secret": SECRET, "timestamp": str(NOW - age), "signature": signature, "body": body, "now": NOW}
        for body in bodies
        for age in (0, 1, 299, 301, 4000)
        for signature in signatures(NOW - age, body)
    ]


def signatures(stamp: int, body: bytes) -> list[str]:
    good = signed(SECRET, stamp, body)
    return [
        good,
        good[:-1] + ("0" if good[-1] != "0" else "1"),
        good[3:],
        "v1" + good[2:],
        "v0=",
        signed("f" * 32, stamp, body),
        signed(SECRET, stamp + 1, body),
        signed(SECRET, stamp, body + b"&"),
    ]


def signed(secret: str, stamp: int, body: bytes) -> str:
    return "v0=" + hmac.new(secret.encode(), b"v0:%d:%s" % (stamp, body), sha256).hexdigest()


def test_we_take_what_slacks_own_verifier_takes_and_nothing_else() -> None:
    given = requests()
    theirs = verdicts(given)
    ours = [signature_failure(**each) is None for each in given]

    assert ours == theirs
    assert {True, False} == set(ours)


def test_what_is_kept_of_its_verdicts_is_what_it_says() -> None:
    """tests/slack/requests/test_signature.py holds us to them where there is no Node."""
    kept = json.loads(KEPT.read_text("utf-8"))
    given = [{**each, "body": each["body"].encode()} for each in kept]

    assert [each.pop("genuine") for each in given] == verdicts(given)


def verdicts(given: list[dict[str, Any]]) -> list[bool]:
    """What @slack/bolt says of each."""
    rendered = json.dumps([{**each, "body": base64.b64encode(each["body"]).decode()} for each in given])
    done = subprocess.run(
        ["node", "verify.cjs"],
        cwd=FOLDER,
        input=rendered,
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )
    theirs: list[bool] = json.loads(done.stdout)
    return theirs
