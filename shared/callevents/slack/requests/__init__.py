"""Requests from Slack."""
