"""What people call the agents and groups whose ids the calls hold."""

_AGENTS = {"alice": "Alice Wang", "bob": "Bob Li", "carol": "Carol Zhao", "dave": "Dave Chen"}
_GROUPS = {"support": "Support", "sales": "Sales", "skg-default": "Everybody"}
# Where the samples' numbers are; a product has no use for it.
PLACE = "浙江省-杭州市"
# The private phone on which an agent answers outside the office.
AGENT_PHONE = "13712345678"


def agent_name(agent_id: str) -> str:
    """Return the display name of *agent_id*."""
    login = agent_id.partition("@")[0]
    return _AGENTS.get(login, login)


def group_name(group_id: str) -> str:
    """Return the display name of *group_id*."""
    name = group_id.partition("@")[0]
    return _GROUPS.get(name, name)
