"""Notification records, read into events."""
