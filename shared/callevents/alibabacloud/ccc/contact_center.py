"""The client of the Cloud Call Center: the records that it kept of calls, and its detail records of them.

https://help.aliyun.com/zh/ccs/developer-reference/api-ccc-2020-07-01-listnotificationrecords
"""

import json
import re
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from itertools import chain
from operator import itemgetter
from typing import TYPE_CHECKING, Final

from callevents.alibabacloud.outbound import Outbound
from callevents.alibabacloud.rpc import RpcClient, RpcService
from callevents.alibabacloud.rpc_response import RpcError, RpcErrorKind, RpcResponse, error_for
from callevents.calls.model import NotificationRecord
from callevents.clock import Deadline
from callevents.errors import (
    CccActionRefused,
    CccError,
    CccInstanceUnknown,
    CccRefused,
    CccRejected,
    CccThrottled,
    CccTimedOut,
    CccUnavailable,
    CccUnreadable,
    CccWrongClock,
)
from callevents.invocation import Credentials

if TYPE_CHECKING:
    from callevents.alibabacloud.ccc.call_search import CallSearch, DetailRecordPage
    from callevents.calls.records.detail_record import DetailRecord

# The service's own limit is not published.
MAX_KEYS_PER_CALL: Final = 10
_COMPACT: Final = json.JSONEncoder(separators=(",", ":"))
_NAMES: Final = ("InstanceId", "NotificationKey", "NotificationType", "Content")
_FOUR = itemgetter(*_NAMES)
_NEW = partial(tuple.__new__, NotificationRecord)  # made of four values without a step in Python
_TOO_MANY: Final = "Parameter.Maximum"
# The key is right, and this operation is not for its role, in RAM or in the contact center itself.
_NOT_ALLOWED: Final = re.compile(r"NoPermission|Permission\.|Forbidden(\.RAM.*)?$|AccessDenied|Unauthorized")
_ERRORS: Final[Mapping[RpcErrorKind, type[CccError]]] = {
    RpcErrorKind.UNAVAILABLE: CccUnavailable,
    RpcErrorKind.TIMED_OUT: CccTimedOut,
    RpcErrorKind.UNREADABLE: CccUnreadable,
    RpcErrorKind.REFUSED: CccRefused,
    RpcErrorKind.REJECTED: CccRejected,
}


class ContactCenter:
    """The records of calls, for one invocation. It implements `lookup.RecordSource`.

    How detail records are read is loaded when the first is asked for: a lookup with records does without.
    """

    def __init__(
        self,
        outbound: Outbound,
        endpoint: str,
        credentials: Credentials | None,
        renew: Callable[[], Credentials | None] | None = None,
    ) -> None:
        """Bind the client to its dependencies; *renew* gives newer credentials once these have expired."""
        self._log = outbound.log
        self._rpc = RpcClient(outbound, RpcService("ccc", "2020-07-01", endpoint), credentials, renew)

    @property
    def request_id(self) -> str | None:
        """CCC's last request id, of an answer or of an error."""
        return self._rpc.request_id

    def notification_records(
        self, instance_id: str, keys: Sequence[str], deadline: Deadline
    ) -> list[NotificationRecord]:
        """Return all records of *keys* before *deadline*, in as few calls as the service allows.

        An unknown key adds nothing. Raises CredentialsMissing or a CccError; then no record is returned at all.
        """
        records: list[NotificationRecord] = []
        remaining = list(dict.fromkeys(keys))
        size = MAX_KEYS_PER_CALL
        while remaining:
            batch = remaining[:size]
            response = self._list(instance_id, batch, deadline)
            if response.ok:
                read = read_records(response)
                self._log.add("records", len(read))
                records += read
                remaining = remaining[len(batch) :]
            else:
                size = _smaller_size(response, len(batch))
        return records

    def _list(self, instance_id: str, keys: list[str], deadline: Deadline) -> RpcResponse:
        query = [("InstanceId", instance_id), ("NotificationKeys", _COMPACT.encode(keys))]
        return self._call("ListNotificationRecords", query, deadline, accept=_TOO_MANY)

    def get_call_detail_record(
        self, instance_id: str, job_id: str, deadline: Deadline
    ) -> "DetailRecord | None":
        """Return the detail record of *job_id* before *deadline*, None where the service has none.

        Raises CredentialsMissing or a CccError: CccActionRefused where the operation is not allowed to the caller.
        """
        from callevents.alibabacloud.ccc.detail_records import read_detail_record

        query = [("InstanceId", instance_id), ("ContactId", job_id)]
        response = self._call_for_known("GetCallDetailRecord", query, deadline)
        return None if response is None else read_detail_record(response, job_id)

    def list_call_detail_records(
        self, instance_id: str, search: "CallSearch", deadline: Deadline
    ) -> "DetailRecordPage":
        """Return a page of the calls that *search* finds before *deadline*; raises as `get_call_detail_record`.

        The calls of an agent or a group that the service does not know are none.
        """
        from callevents.alibabacloud.ccc.call_search import DetailRecordPage
        from callevents.alibabacloud.ccc.detail_records import read_page

        response = self._call_for_known("ListCallDetailRecordsV2", search.query(instance_id), deadline)
        return DetailRecordPage((), None) if response is None else read_page(response, search.page)

    def _call_for_known(
        self, action: str, query: list[tuple[str, str]], deadline: Deadline
    ) -> RpcResponse | None:
        """Return the response, None where the service does not know what *query* names; of an instance it raises."""
        try:
            return self._call(action, query, deadline)
        except CccRejected as error:
            if error.reason.startswith("NotExists."):
                return None
            raise

    def _call(
        self, action: str, query: list[tuple[str, str]], deadline: Deadline, *, accept: str = ""
    ) -> RpcResponse:
        try:
            return self._rpc.call(action, query, deadline, accept=frozenset({accept} if accept else ()))
        except RpcError as error:
            raise ccc_error(error) from error


def ccc_error(error: RpcError) -> CccError:
    """Return the contact center's error that *error* is."""
    if error.reason.startswith("NotExists.InstanceId"):
        return CccInstanceUnknown(request_id=error.request_id, reason=error.reason)
    if error.reason.startswith("InvalidTimeStamp.Expired"):
        return CccWrongClock(request_id=error.request_id, reason=error.reason)
    if error.kind is RpcErrorKind.REFUSED and _NOT_ALLOWED.match(error.reason):
        return CccActionRefused(request_id=error.request_id, reason=error.reason)
    if error.kind is RpcErrorKind.THROTTLED:
        return CccThrottled(request_id=error.request_id, reason=error.reason, retry_after=error.retry_after)
    return _ERRORS[error.kind](request_id=error.request_id, reason=error.reason)


def read_records(response: RpcResponse) -> list[NotificationRecord]:
    """Return the records under `Data`; null and absent are none.

    A record that is not four strings is kept with what it has as text, for a reader to see; what is no object is
    dropped. Raises CccUnreadable when `Data` is no list or nothing in it is a record.
    """
    data = [] if response.data is None else response.data
    if not isinstance(data, list):
        raise CccUnreadable(request_id=response.request_id, reason="Data is no list")
    records = _regular(data) or [_record(entry) for entry in data if isinstance(entry, dict)]
    if data and not records:
        raise CccUnreadable(request_id=response.request_id, reason="Data holds no records")
    return records


def _regular(data: Sequence[Mapping[str, str]]) -> list[NotificationRecord] | None:
    """Return the records where all of them are what they should be, as nearly always; four strings each."""
    try:
        found = [*map(_NEW, map(_FOUR, data))]
    except (KeyError, TypeError):
        return None
    return found if {*map(type, chain.from_iterable(found))} <= {str} else None


def _record(entry: Mapping[str, object]) -> NotificationRecord:
    return NotificationRecord(*(_text(entry.get(name)) for name in _NAMES))


def _text(value: object) -> str:
    if isinstance(value, str):
        return value
    return "" if value is None else json.dumps(value, ensure_ascii=False)


def _smaller_size(response: RpcResponse, size: int) -> int:
    """Return how many keys to ask for instead of *size*: the limit that `Params` names, else half of them."""
    name, limit = (*response.params, "", "")[:2]
    if size == 1 or name not in {"", "NotificationKeys"}:
        raise ccc_error(error_for(response))
    allowed = int(limit) if re.fullmatch(r"[0-9]{1,6}", limit) else 0
    return allowed if 1 <= allowed < size else size // 2
