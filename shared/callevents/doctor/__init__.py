"""Checks a real configuration against the real services: `callevents doctor`."""
