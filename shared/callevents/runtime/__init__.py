"""Function Compute's contract: how a function is called, and what it answers."""
