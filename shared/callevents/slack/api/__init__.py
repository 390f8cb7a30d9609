"""Requests to Slack."""
