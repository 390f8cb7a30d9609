"""The words for a chat: nothing rings there, nobody talks, picks up or hangs up."""

from collections.abc import Mapping
from typing import Final

from callevents.i18n import N_

# As callevents.report.notes has it.
CONTRADICTORY: Final = (
    "❗ Contradictory: some records of this call disagree (a party is connected after its own end, or two ends give"
    " different reasons). Check the timeline before you rely on who talked and who hung up."
)
WORDS: Final[Mapping[str, str]] = {
    "Answered": N_("Accepted"),
    "Answered by %(agent)s": N_("Accepted by %(agent)s"),
    "Answered by %(people)s": N_("Accepted by %(people)s"),
    "Answered after %(duration)s.": N_("Accepted after %(duration)s."),
    "Customer answered": N_("Customer replied"),
    "Customer answered, talked with %(agent)s": N_("Customer replied, chatted with %(agent)s"),
    "Customer answered, talked with %(people)s": N_("Customer replied, chatted with %(people)s"),
    "In progress: not answered so far": N_("In progress: not accepted so far"),
    "In progress: answered": N_("In progress: accepted"),
    "In progress: answered by %(agent)s": N_("In progress: accepted by %(agent)s"),
    "In progress: answered by %(people)s": N_("In progress: accepted by %(people)s"),
    "In progress: customer answered": N_("In progress: customer replied"),
    "In progress: customer answered, talked with %(agent)s": N_(
        "In progress: customer replied, chatted with %(agent)s"
    ),
    "In progress: customer answered, talked with %(people)s": N_(
        "In progress: customer replied, chatted with %(people)s"
    ),
    "Now in the IVR.": N_("Now in the menu."),
    "Now ringing.": N_("Now offered to an agent."),
    "Not answered: the caller gave up in the IVR": N_("Not accepted: the customer left in the menu"),
    "Not answered: the customer gave up in the IVR": N_("Not accepted: the customer left in the menu"),
    "Not answered: the caller gave up in the queue": N_("Not accepted: the customer left in the queue"),
    "Not answered: the customer gave up in the queue": N_("Not accepted: the customer left in the queue"),
    "Not answered: the caller gave up while the agent's phone rang": N_(
        "Not accepted: the customer left while it was offered to an agent"
    ),
    "Not answered: the customer gave up while the agent's phone rang": N_(
        "Not accepted: the customer left while it was offered to an agent"
    ),
    "Not answered: the caller left a voicemail": N_("Not accepted: the customer left a message"),
    "Not answered: the wait in the queue reached its limit": N_(
        "Not accepted: the wait in the queue reached its limit"
    ),
    "Not answered: the queue could not serve the call": N_(
        "Not accepted: the queue could not serve the chat"
    ),
    "Not answered: the line was busy": N_("Not accepted: everybody was busy"),
    "Not answered: the number cannot be reached": N_("Not accepted: the other side cannot be reached"),
    "Not answered: the call was rejected": N_("Not accepted: the chat was declined"),
    "Not answered: nobody picked up": N_("Not accepted: nobody took the chat"),
    "Not answered: the customer picked up, but no agent took the call": N_(
        "Not accepted: the customer replied, but no agent took the chat"
    ),
    "Not answered: the call failed": N_("Not accepted: the chat failed"),
    "Ended in the IVR: no agent was asked for": N_("Ended in the menu: no agent was asked for"),
    "Unclear: the records do not say whether the call was answered": N_(
        "Unclear: the records do not say whether the chat was accepted"
    ),
    "The agent hung up.": N_("The agent ended the chat."),
    "The agent hung up (%(reason)s).": N_("The agent ended the chat (%(reason)s)."),
    "Agent %(agent)s hung up.": N_("Agent %(agent)s ended the chat."),
    "Agent %(agent)s hung up (%(reason)s).": N_("Agent %(agent)s ended the chat (%(reason)s)."),
    "Supervisor %(agent)s hung up.": N_("Supervisor %(agent)s ended the chat."),
    "Supervisor %(agent)s hung up (%(reason)s).": N_("Supervisor %(agent)s ended the chat (%(reason)s)."),
    "Then it rang for %(duration)s (%(names)s), and the customer hung up.": N_(
        "Then it was offered to %(names)s for %(duration)s, and the customer left."
    ),
    "The customer hung up.": N_("The customer ended the chat."),
    "The customer hung up (%(reason)s).": N_("The customer ended the chat (%(reason)s)."),
    "The system ended the call.": N_("The system ended the chat."),
    "The system ended the call (%(reason)s).": N_("The system ended the chat (%(reason)s)."),
    "The records do not say who hung up.": N_("The records do not say who ended the chat."),
    "The records do not say who hung up (%(reason)s).": N_(
        "The records do not say who ended the chat (%(reason)s)."
    ),
    "Reason for the hang-up: %(reason)s.": N_("Reason for the end: %(reason)s."),
    "Then the customer waited %(duration)s in the queue and hung up.": N_(
        "Then the customer waited %(duration)s in the queue and left."
    ),
    "Then another phone rang for %(duration)s, and the customer hung up.": N_(
        "Then it was offered to another agent for %(duration)s, and the customer left."
    ),
    "The customer stayed on the line for %(duration)s more.": N_("The customer stayed for %(duration)s more."),
    "They talked for %(duration)s.": N_("They chatted for %(duration)s."),
    "They talked for %(duration)s: %(shares)s.": N_("They chatted for %(duration)s: %(shares)s."),
    "Connected for %(duration)s to a menu or a voice bot; no agent was on the line.": N_(
        "With a menu or a bot for %(duration)s; no agent was there."
    ),
    "Rang for %(duration)s.": N_("Offered for %(duration)s."),
    "Rang for %(duration)s (%(names)s).": N_("Offered for %(duration)s to %(names)s."),
    "Rang for %(duration)s: %(names)s.": N_("Offered for %(duration)s: %(names)s."),
    "Before that, it rang in vain: %(shares)s.": N_("Before that, it was offered in vain: %(shares)s."),
    "It ended as soon as it was answered.": N_("It ended as soon as it was accepted."),
    "cancelled before it was answered": N_("cancelled before it was accepted"),
    "no such number": N_("no such address"),
    "line fault": N_("technical fault"),
    "The outside number hung up.": N_("The other side ended the chat."),
    "The outside number hung up (%(reason)s).": N_("The other side ended the chat (%(reason)s)."),
    CONTRADICTORY: N_(
        "❗ Contradictory: some records of this chat disagree (a party is connected after its own end, or two ends give"
        " different reasons). Check the timeline before you rely on who took part and who ended it."
    ),
    "rang": N_("offered"),
    "rang (%(names)s)": N_("offered (%(names)s)"),
    "talk": N_("chatted"),
    "%(names)s talking": N_("%(names)s chatting"),
    "menu or voice bot": N_("menu or bot"),
    "dialling": N_("waited"),
}  # fmt: skip


def in_chat(words: str) -> str:
    """Return the words for a chat in place of *words* for a call; what has no other is the same."""
    return WORDS.get(words, words)
