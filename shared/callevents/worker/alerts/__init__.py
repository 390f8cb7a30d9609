"""The delivery of an alert to its channel."""
