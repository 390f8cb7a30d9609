"""The steps in which the last request to the contact center was signed, for people to follow."""

import hashlib

from callevents_sandbox.alibabacloud.acs3_verifier import ALGORITHM, SentRequest, canonical_request
from callevents_sandbox.ccc import ContactCenter


def signing_steps(center: ContactCenter) -> dict[str, object] | None:
    """Return the texts of each step, as the stand-in recomputed them; None if there was no request yet."""
    if not center.asked:
        return None
    asked = center.asked[-1]
    sent = SentRequest("POST", "/", asked.query, asked.headers, b"")
    authorization = sent.header("authorization")
    parts = dict(each.strip().partition("=")[::2] for each in authorization.partition(" ")[2].split(","))
    names = parts.get("SignedHeaders", "").split(";")
    canonical = canonical_request(sent, names, hashlib.sha256(b"").hexdigest())
    digest = hashlib.sha256(canonical.encode("utf-8", "replace")).hexdigest()
    return {
        "request_id": asked.request_id,
        "status": asked.status,
        "canonical_request": canonical,
        "string_to_sign": f"{ALGORITHM}\n{digest}",
        "signature": parts.get("Signature", ""),
        "authorization": authorization,
    }
