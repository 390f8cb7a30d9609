"""What the tools take and return, as JSON Schema (draft 2020-12). Nothing in it comes from a record.

Source: https://modelcontextprotocol.io/specification/2025-11-25/server/tools#output-schema
"""

from collections.abc import Mapping
from typing import Final, TypeAlias

from callevents.search.query import KINDS
from callevents.slack.requests.command_text import MAX_JOBS

Schema: TypeAlias = dict[str, object]

_TEXT: Final[Schema] = {"type": "string"}
_TEXT_OR_NULL: Final[Schema] = {"type": ["string", "null"]}
_COUNT: Final[Schema] = {"type": "integer", "minimum": 0}


def look_up_input() -> Schema:
    """Return the arguments of `look_up_call`."""
    ids = _list(
        {
            "type": "string",
            "description": "A whole job id, copied as it is: `job-` and a uuid, or `job-` and 15 to 20 digits.",
        },
        "The job ids of the calls.",
    )
    return _object(
        {
            "ids": {**ids, "minItems": 1, "maxItems": MAX_JOBS},
            "instance": {
                "type": "string",
                "description": "The contact center's instance, by its id or alias. Leave it out for the default.",
            },
        },
        required=["ids"],
    )


def look_up_output() -> Schema:
    """Return what `look_up_call` returns."""
    return _object(
        {
            "notice": _TEXT,
            "calls": _list(call_schema(), "One per asked id, in the order asked."),
            "left_out": {**_COUNT, "description": "How many entries of long lists were left out."},
        }
    )


def find_input() -> Schema:
    """Return the arguments of `find_calls`."""
    return _object(
        {
            "kind": {
                "type": "string",
                "enum": list(KINDS),
                "description": "Calls with a number, calls of an agent, missed calls, or the person's own calls.",
            },
            "what": {
                "type": "string",
                "description": "For number the whole number as the person gave it, never one with masked digits;"
                " for agent one login name, such as alice; for missed a skill group's id, or nothing for all groups;"
                " for mine nothing.",
            },
            "days": {
                "type": "string",
                "description": "Days on the site's clocks, at most 180: today (default), yesterday, 7d (the last 7"
                " days), one day as 2026-11-20, or the first and the last as 2026-11-01 2026-11-20.",
            },
            "instance": {
                "type": "string",
                "description": "The contact center's instance, by its id or alias. Leave it out for the default.",
            },
        },
        required=["kind"],
    )


def find_output() -> Schema:
    """Return what `find_calls` returns."""
    seconds = _number("Seconds; null where it is not known.")
    found = _object(
        {
            "job_id": {**_TEXT, "description": "What look_up_call takes."},
            "instance_id": _TEXT,
            "direction": _TEXT_OR_NULL,
            "outcome": _TEXT,
            "started_at": _text("UTC, ISO 8601 with milliseconds."),
            "caller": _text("A masked number."),
            "callee": _text("A masked number."),
            "agents": _list(_TEXT),
            "skill_groups": _list(_TEXT),
            "talk_seconds": seconds,
            "call_seconds": _number("From the IVR, or of an outbound call from the connection, to its end."),
        }
    )
    return _object(
        {
            "notice": _TEXT,
            "calls": _list(found, "The newest first."),
            "total": {"type": ["integer", "null"], "description": "How many there are, where that is known."},
            "more": {"type": "boolean", "description": "Whether there are older ones."},
        }
    )


def call_schema() -> Schema:
    """Return the document of one call."""
    seconds = _number("Seconds; null where the records do not say.")
    time = _text("UTC, ISO 8601 with milliseconds; null where it is not known.")
    texts = _list(_TEXT)
    return _object(
        {
            "job_id": _TEXT,
            "instance_id": _TEXT,
            "sources": texts,
            "direction": _TEXT_OR_NULL,
            "media": _TEXT_OR_NULL,
            "outcome": _TEXT,
            "started_at": time,
            "answered_at": time,
            "answered_by": _text("The agent's id."),
            "ended_at": time,
            "queue_seconds": seconds,
            "ring_seconds": seconds,
            "talk_seconds": seconds,
            "hold_seconds": seconds,
            "ended_by": _text("agent, customer or system."),
            "release_code": {"type": ["integer", "null"], "description": "A SIP code."},
            "release_text": _TEXT_OR_NULL,
            "caller": _text("A masked number."),
            "callee": _text("A masked number."),
            "agents": texts,
            "skill_groups": texts,
            "transfers": _list(
                _object({"at": time, "kind": _TEXT, "from": _TEXT_OR_NULL, "to": _TEXT_OR_NULL})
            ),
            "recordings": texts,
            "legs": _list(
                _object(
                    {
                        "side": _TEXT,
                        "agent": _TEXT_OR_NULL,
                        "began_at": time,
                        "connected_at": time,
                        "ended_at": time,
                        "ring_seconds": seconds,
                        "talk_seconds": seconds,
                    }
                )
            ),
            "journey": _list(
                _object({"phase": _TEXT, "at": time, "seconds": seconds, "agents": texts}),
                "What the customer lived through, one phase after the other.",
            ),
            "complete": {"type": "boolean"},
            "warnings": texts,
            "events": _list(
                _object(
                    {
                        "at": time,
                        "type": _TEXT,
                        "label": _TEXT,
                        "leg": _TEXT_OR_NULL,
                        "agent": _TEXT_OR_NULL,
                        "detail": _TEXT_OR_NULL,
                    }
                ),
                "In the order of time.",
            ),
        }
    )


def _object(properties: Mapping[str, Schema], *, required: list[str] | None = None) -> Schema:
    return {
        "type": "object",
        "properties": dict(properties),
        "required": list(properties) if required is None else required,
        "additionalProperties": False,
    }


def _list(items: Schema, description: str = "") -> Schema:
    schema: Schema = {"type": "array", "items": items}
    return {**schema, "description": description} if description else schema


def _text(description: str) -> Schema:
    return {**_TEXT_OR_NULL, "description": description}


def _number(description: str) -> Schema:
    return {"type": ["number", "null"], "description": description}
