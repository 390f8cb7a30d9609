"""What a contact center may do differently with detail records, since nobody has written down what it does."""

from collections.abc import Mapping

# Which record there is, and for whom.
KEEPING: Mapping[str, str] = {
    "unknown_empty": "for a job id that it does not know, GetCallDetailRecord's Data is an empty object, not null",
    "unknown_not_found": "for a job id that it does not know, GetCallDetailRecord says 404 NotExists.JobId",
    "record_missing": "there is no detail record of the call",
    "record_late": "the detail record is there `seconds` after it was first asked for",
    "record_running": "a call that is not over has a detail record too",
    "blank_contact_id": "a missing ContactId is Parameter.Blank, the contact center's own complaint",
}
# Which rows are found.
FINDING: Mapping[str, str] = {
    "ids_ignore_range": "ContactIdList makes the time range void",
    "partial_numbers": "Number, CallingNumber and CalledNumber match a part of a number",
}
# How what is found is spelt.
SPELLING: Mapping[str, str] = {
    "numbers_as_strings": "all numbers are strings",
    "call_duration_int": "CallDuration is a number everywhere",
    "established_absent": "there is no EstablishedTime",
    "established_null": "EstablishedTime is null",
    "established_zero": "EstablishedTime is 0",
    "established_empty": "EstablishedTime is an empty text",
    "established_at_start": "EstablishedTime of an inbound call is when its menu began",
    "old_spelling": "ContactType and ContactDisposition are spelt as in 2021",
    "unknown_disposition": "ContactDisposition is a word that nobody knows",
    "comma_in_name": "the names of agents have a comma in them",
    "hostile_name": "names have control characters, mentions and markup in them",
    "sequences_shuffled": "the four lists and their sequences come backwards",
    "sequences_empty": "the four lists are empty",
    "sequences_null": "the four lists are null",
    "release_before_start": "ReleaseTime lies before StartTime",
    "odd_members": "members are of other types than documented",
}
RECORD_MODES = frozenset({*KEEPING, *SPELLING})
LIST_MODES = frozenset({*FINDING, *SPELLING, "record_missing", "record_late", "record_running"})
