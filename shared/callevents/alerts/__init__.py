"""Alerts: who sends what, and which calls they name."""
