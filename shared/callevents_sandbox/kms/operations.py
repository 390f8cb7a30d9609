"""GetSecretValue: what it takes and gives, after the gateway let it through.

Source: https://www.alibabacloud.com/help/en/kms/key-management-service/developer-reference/api-getsecretvalue
"""

import re
from collections.abc import Mapping

from callevents_sandbox.alibabacloud.acs3_verifier import Refusal
from callevents_sandbox.alibabacloud.gateway import ServiceError
from callevents_sandbox.kms.vault import SecretVault
from callevents_sandbox.server.faults import Fault

Document = dict[str, object]
_STAGES = {"ACSCurrent": 1, "ACSPrevious": 2}
_ARN = re.compile(r"acs:kms:[^:]*:\d*:secret/(.+)")


class KmsError(ServiceError):
    """KMS itself refuses: HTTP `status`, `code` and `message` as documented."""

    def __init__(self, status: int, code: str, message: str) -> None:
        super().__init__(code)
        self.status = status
        self.code = code
        self.message = message

    def document(self, request_id: str) -> Document:
        """Return the body: https://www.alibabacloud.com/help/doc-detail/69008.html."""
        return {
            "HttpStatus": self.status,
            "Code": self.code,
            "Message": self.message,
            "RequestId": request_id,
        }


def name_of(params: Mapping[str, str]) -> str:
    """Return the name of the secret that a request asks for, which may stand in an ARN."""
    asked = params.get("SecretName", "")
    found = _ARN.fullmatch(asked)
    return found[1] if found else asked


def get_secret_value(vault: SecretVault, params: Mapping[str, str], fault: Fault) -> Document:
    """Return a version of a secret, altered by *fault*."""
    if not params.get("SecretName"):
        raise Refusal(400, "MissingSecretName", "SecretName is mandatory for this action.")
    name = name_of(params)
    if name in vault.forbidden:
        raise KmsError(403, "Forbidden.NoPermission", "You are not authorized to perform the operation.")
    stage = params.get("VersionStage", "ACSCurrent")
    versions, back = vault.versions(name), _STAGES.get(stage)
    if back is None:
        raise KmsError(400, "InvalidParameter", "The specified parameter is not valid.")
    if len(versions) < back:
        raise KmsError(404, "Forbidden.ResourceNotFound", "Resource not found.")
    secret = versions[-back]
    if secret.deleted:
        raise KmsError(409, "Rejected.ResourceInDeleteWindow", "The secret is planned to be deleted.")
    document: Document = {
        "SecretName": name,
        "VersionId": f"v{len(versions) - back + 1}",
        "CreateTime": "2026-02-21T15:39:26Z",
        "SecretData": secret.text,
        "SecretDataType": secret.kind,
        "VersionStages": {"VersionStage": [stage]},
        "SecretType": "Generic",
    }
    altered: dict[str, Document] = {
        "no_data": {key: value for key, value in document.items() if key != "SecretData"},
        "wrong_types": {**document, "SecretData": {"text": secret.text}},
        "other_type": {**document, "SecretDataType": ["text"]},
    }
    return altered.get(fault.kind, document)
