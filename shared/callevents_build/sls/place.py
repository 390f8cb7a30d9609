"""Where the functions log: the names that the files for SLS are filled in with."""

import re
from collections.abc import Mapping
from typing import Final, NamedTuple

from callevents.settings.variables import DEPLOY_REGION
from callevents_build.errors import BuildFailed


class Place(NamedTuple):
    """Where the functions log, and the action policy of that project that notifies people of alerts."""

    project: str = "PROJECT"
    logstore: str = "LOGSTORE"
    region: str = "REGION"
    action_policy: str = "ACTION_POLICY"


def place_of(environ: Mapping[str, str]) -> Place:
    """Return where the functions of *environ* log; raise BuildFailed, naming all that is missing or no such name."""
    values = {name: environ.get(name, "").strip() for name in _PLACE}
    values["DEPLOY_REGION"] = values["DEPLOY_REGION"] or DEPLOY_REGION.default
    found = [
        f"  {name} is {'no such name' if values[name] else 'not set'}: {form.meaning}"
        for name, form in _PLACE.items()
        if not re.fullmatch(form.pattern, values[name], re.ASCII)
    ]
    if found:
        msg = "\n".join(["Nothing was written:", *found])
        raise BuildFailed(msg)
    return Place(**{form.field: values[name] for name, form in _PLACE.items()})


class _Name(NamedTuple):
    field: str
    pattern: str
    meaning: str


_PLACE: Final = {
    "LOG_PROJECT": _Name(
        "project", r"[a-z0-9][a-z0-9-]{1,61}[a-z0-9]",
        "the SLS project that the functions log to, as the console shows it under a function's Logs: serverless-…",
    ),
    "LOG_STORE": _Name(
        "logstore", r"[a-z0-9][a-z0-9_-]{0,61}[a-z0-9]", "the logstore of that project, such as default-logs"
    ),
    "LOG_ACTION_POLICY": _Name(
        "action_policy", r"[A-Za-z0-9][A-Za-z0-9_.-]{1,127}",
        "the id of the action policy that notifies people (SLS, Alerts, Notification Management)",
    ),
    "DEPLOY_REGION": _Name("region", r"[a-z]{2}-[a-z]+(-[0-9]+)?", "the region of the functions, such as cn-hongkong"),
}  # fmt: skip
