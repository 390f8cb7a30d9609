"""Generates what Simple Log Service needs."""
