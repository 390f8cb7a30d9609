"""Modals and the home tab."""
