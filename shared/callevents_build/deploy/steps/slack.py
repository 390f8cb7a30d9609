"""The last two steps: a person makes the Slack app with one link, and puts what Slack gives into `.env`."""

from collections.abc import Mapping
from pathlib import Path
from typing import Final

from callevents_build.deploy.steps.account import LATER
from callevents_build.deploy.steps.guide import Guide, to_paste
from callevents_build.deploy.steps.slack_app_link import ASSISTANT, PLAIN, link

_WHERE: Final = {
    "SLACK_SIGNING_SECRET": "Basic Information > App Credentials > Signing Secret > Show",
    "SLACK_BOT_TOKEN": "OAuth & Permissions > Bot User OAuth Token (xoxb-…), after Install to Workspace",
}


def has_secrets(
    environ: Mapping[str, str], project: Path, addresses: Mapping[str, str], guide: Guide
) -> bool:
    """Return whether Slack's secrets are set; else say how the app is made and where they are found."""
    unset = [name for name in _WHERE if name in LATER and not environ.get(name, "").strip()]
    address = addresses.get("slack", "")
    if not unset:
        guide.step(
            "Slack app", "its secrets are set" + (f"; its requests must go to {address}" if address else "")
        )
        return True
    if not address and guide.is_plan:
        guide.step("Slack app", "a link that makes it, once the slack function has its address")
        return False
    lines = []
    if len(unset) == len(_WHERE):
        guide.step("Slack app", "to be made by you")
        wants_assistant = environ.get("DEPLOY_ASSISTANT", "").strip().lower() == "yes"
        lines += [*_making(project, address, ASSISTANT if wants_assistant else PLAIN), ""]
    else:
        guide.step("Slack app", "made, it seems")
    lines += ["put into .env, from the app's pages:", *(f"  {line}" for line in _paste(unset)), ""]
    lines += ["and then: make deploy"]
    guide.next("Slack app", "make the Slack app." if len(lines) > 6 else "one more of its secrets.", lines)  # noqa: PLR2004
    return False


def after_the_secrets(address: str) -> list[str]:
    """Return what is left to do once the functions know Slack's secrets."""
    verify = (
        "In the Slack app, Event Subscriptions: if Slack says that the Request URL is not verified, press Retry "
        "(mentions and the Home tab need it)."
    )
    return [
        verify,
        *([f"It must be {address}"] if address else []),
        "In CCC, the instance's event subscription must be of the type webhook, or there are no records to show.",
        "Then type in Slack: /callevents, a blank, and the id of a call.",
    ]


def _making(project: Path, address: str, manifest: str) -> list[str]:
    if not address:
        return [
            f"https://api.slack.com/apps > Create New App > From a manifest: functions/slack/{manifest}",
            "with the address that Serverless Devs printed for callevents-slack wherever it has REQUEST_URL",
        ]
    return [
        "open this link, choose the workspace, press Create, then Install to Workspace:",
        "",
        link(project, address, manifest),
    ]


def _paste(unset: list[str]) -> list[str]:
    return to_paste({name: _WHERE[name] for name in unset})
