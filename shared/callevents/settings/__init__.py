"""The environment, read once per instance."""
