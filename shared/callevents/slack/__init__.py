"""Slack: requests in, messages out."""
