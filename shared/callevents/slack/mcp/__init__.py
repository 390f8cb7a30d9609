"""The Model Context Protocol: Slack's assistant asks for calls, signed by Slack, for a person whom Slack names."""
