"""Finding calls: by number, by agent, those that were missed; whoever asks."""
