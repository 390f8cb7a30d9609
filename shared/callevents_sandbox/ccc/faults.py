"""The ways in which the contact center fails or differs, and what each makes of an answer.

Faults are matched with `ACTION JOB`, such as `GetCallDetailRecord job-…`.
"""

from collections.abc import Mapping

from callevents_sandbox.ccc.details.modes import FINDING, KEEPING, SPELLING

KINDS = {
    "delay": "the answer comes `seconds` late",
    "hang": "no answer at all",
    "reset": "the connection is reset",
    "bad_gateway": "502 with HTML from a proxy (`status` for another one)",
    "not_json": "200 with text that is not JSON",
    "not_object": "200 with JSON that is a list",
    "empty": "200 with an empty body",
    "truncated": "200 with JSON that stops in the middle",
    "cut_off": "the connection closes in the middle of the body",
    "drip": "the body comes in `count` pieces over `seconds`",
    "endless": "the body never ends: a piece every 50 ms",
    "not_ok": "200 with another Code than OK (`code`, InternalService.Common if none)",
    "unavailable": "503 ServiceUnavailable",
    "internal_error": "500 InternalError",
    "throttled": "400 Throttling.User (`status`, `code`; `retry_after` seconds in x-acs-retry-after)",
    "token_expired": "400 InvalidSecurityToken.Expired",
    "no_permission": "403 NoPermission: the gateway says that the role lacks the action",
    "permission_common": "403 Permission.Common: the contact center says so",
    "content_not_json": "every Content is text that is not JSON",
    "content_deep": "every Content is JSON nested `count` (100000) levels deep",
    "no_event_time": "no event has an eventTime",
    "unknown_type": "every event is of a type that nobody knows",
    "text_stream": "`count` (1000) TextStream events more per call",
    "very_long": "one event with a text of `count` (1000000) characters more per call",
    "gzip": "the body is compressed",
    "by_time": "the records come in order of time",
    "reversed": "the records come backwards",
    "shuffled": "the records come in any order",
    "pretty": "every Content is indented",
    "compact": "every Content is without blanks",
    "duplicates": "every record comes twice",
    "other_key": "a record of another call comes along",
    "null_params": "Params is null",
    "absent_params": "there is no Params",
    "null_data": "Data is null",
    "absent_data": "there is no Data",
    "wrong_types": "Data holds a number, null and records with members of other types",
    "message_none": "Message and Params say 无, as the vendor's example does",
}
# What a request meets all of; KINDS it meets one at a time.
MODES: Mapping[str, str] = {
    "no_records": "there are no notification records",
    **KEEPING,
    **FINDING,
    **SPELLING,
}
