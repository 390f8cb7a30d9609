"""ListNotificationRecords of the Cloud Call Center: the records that CCC kept of calls.

https://help.aliyun.com/zh/ccs/developer-reference/api-ccc-2020-07-01-listnotificationrecords
"""

import json
import re
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from itertools import chain
from operator import itemgetter

import httpx

from callevents.alibabacloud.rpc import RpcClient
from callevents.alibabacloud.rpc_response import Reply, error_for
from callevents.calls.model import NotificationRecord
from callevents.clock import Clocks, Deadline
from callevents.errors import CccUnreadable
from callevents.invocation import Credentials
from callevents.observability.request_log import RequestLog

# The service's own limit is not published.
KEYS_PER_CALL = 10
_NAMES = ("InstanceId", "NotificationKey", "NotificationType", "Content")
_FOUR = itemgetter(*_NAMES)
_NEW = partial(tuple.__new__, NotificationRecord)  # made of four values without a step in Python
_TOO_MANY = "Parameter.Maximum"


class ContactCenter:
    """The records of calls, for one invocation. It implements `lookup.RecordSource`."""

    def __init__(
        self,
        *,
        client: httpx.Client,
        endpoint: str,
        credentials: Credentials | None,
        clocks: Clocks,
        nonce: Callable[[], str],
        random: Callable[[], float],
        renew: Callable[[], Credentials | None] | None = None,
        request_log: RequestLog | None = None,
    ) -> None:
        """Take what a call needs; *renew* gives newer credentials when the service says that these expired."""
        self._tally = request_log or RequestLog()
        self._api = RpcClient(
            client=client, endpoint=endpoint, credentials=credentials, clocks=clocks, nonce=nonce, random=random,
            renew=renew, request_log=self._tally,
        )  # fmt: skip

    @property
    def request_id(self) -> str | None:
        """CCC's last request id, of an answer or of an error."""
        return self._api.request_id

    def notification_records(
        self, instance_id: str, keys: Sequence[str], deadline: Deadline
    ) -> list[NotificationRecord]:
        """Return all records of *keys* before *deadline*, in as few calls as the service allows.

        An unknown key adds nothing. Raises CredentialsMissing or a CccError; then no record is returned at all.
        """
        records: list[NotificationRecord] = []
        waiting = list(dict.fromkeys(keys))
        size = KEYS_PER_CALL
        while waiting:
            batch = waiting[:size]
            reply = self._list(instance_id, batch, deadline)
            if reply.ok:
                read = read_records(reply)
                self._tally.add("records", len(read))
                records += read
                waiting = waiting[len(batch) :]
            else:
                size = _smaller(reply, len(batch))
        return records

    def _list(self, instance_id: str, keys: list[str], deadline: Deadline) -> Reply:
        return self._api.call(
            action="ListNotificationRecords",
            version="2020-07-01",
            query=[
                ("InstanceId", instance_id),
                ("NotificationKeys", json.dumps(keys, separators=(",", ":"))),
            ],
            deadline=deadline,
            accept=frozenset({_TOO_MANY}),
        )


def read_records(reply: Reply) -> list[NotificationRecord]:
    """Return the records under `Data`; null and absent are none.

    A record that is not four strings is kept with what it has as text, for a reader to see; what is no object is
    dropped. Raises CccUnreadable when `Data` is no list or nothing in it is a record.
    """
    data = [] if reply.data is None else reply.data
    if not isinstance(data, list):
        raise CccUnreadable(request_id=reply.request_id, reason="Data is no list")
    records = _usual(data) or [_record(entry) for entry in data if isinstance(entry, dict)]
    if data and not records:
        raise CccUnreadable(request_id=reply.request_id, reason="Data holds no records")
    return records


def _usual(data: Sequence[Mapping[str, str]]) -> list[NotificationRecord] | None:
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


def _smaller(reply: Reply, size: int) -> int:
    """Return how many keys to ask for instead of *size*: the limit that `Params` names, else half of them."""
    name, limit = (*reply.params, "", "")[:2]
    if size == 1 or name not in {"", "NotificationKeys"}:
        raise error_for(reply)
    allowed = int(limit) if re.fullmatch(r"[0-9]{1,6}", limit) else 0
    return allowed if 1 <= allowed < size else size // 2
