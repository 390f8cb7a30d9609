"""The Cloud Call Center: its client, the searches that it takes, and its answers as types."""
