"""Alerts that carry job ids: who sends what, is it authentic, which calls does it name."""
