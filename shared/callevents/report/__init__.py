"""What is said about a call, whatever shows it."""
