"""Finding calls: by number, by agent, those that were missed; for Slack, the assistant and the terminal."""
