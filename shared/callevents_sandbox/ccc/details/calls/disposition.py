"""How the contact center files a call: its disposition, the state of the line, and who hung up."""

from callevents_sandbox.ccc.details.calls.call import Call

_ABANDONED = {"IVR": "AbandonedInIVR", "Queuing": "AbandonedInQueue", "Ringing": "AbandonedInRing"}
_QUEUE_ENDS = {
    "QueueingTimeout": "QueuingTimeout",
    "QueueingOverflow": "QueuingOverflow",
    "QueueingFailure": "QueuingFailed",
    "QueueingCancelled": "QueuingFailed",
}
_REJECTING = ("403", "603")


def disposition(call: Call) -> str:
    """Return ContactDisposition: the word of the call's own CDRReady where there is one."""
    if filed := call.first("CDRReady"):
        return filed.text("dispositionCode")
    if call.first("VoicemailReady"):
        return "Voicemail"
    if abandoned := call.first("Abandoned"):
        return _ABANDONED.get(abandoned.text("abandonPhase"), "AbandonedInQueue")
    if call.established_at is not None:
        return "Success"
    return _unanswered(call)


def _unanswered(call: Call) -> str:
    if ended := call.first(*_QUEUE_ENDS):
        return _QUEUE_ENDS[ended.type]
    release = call.last_release
    if release and release.text("releaseReason").startswith(_REJECTING):
        return "Reject"
    if call.kind == "INBOUND" and not call.agents:
        return "AbandonedInIVR"  # the vendor's own words: what is left where the flow files nothing better
    rang = any(each.first("Ringing") or each.first("Dialing") for each in call.legs)
    return "NoAnswer" if rang else "Success"


def early_media_state(call: Call) -> str:
    """Return what the line sounded like before anybody answered, empty if nobody listened."""
    return next((each.text("earlyMediaState") for each in call.events if each.text("earlyMediaState")), "")


def release_initiator(call: Call) -> str | None:
    """Return who hung up, `agent` or `customer`; None where it was neither: no third word is documented."""
    release = call.last_release
    if call.first("Abandoned"):
        return "customer"
    initiator = release.text("releaseInitiator") if release else ""
    if initiator in {each.party for each in call.agents}:
        return "agent"
    customers = {each.party for each in call.others if each.side == "customer"}
    return "customer" if initiator in customers - {""} else None


def release_reason(call: Call) -> str:
    """Return the SIP code and text of the hang-up."""
    return call.last_release.text("releaseReason") if call.last_release else ""


def outside_release_reason(call: Call) -> str | None:
    """Return why the line to a number outside ended; None if there was none."""
    ends = [each.released for each in call.others if each.side == "outside"]
    return next((each.text("releaseReason") for each in ends if each), None)
