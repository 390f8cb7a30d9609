"""What `make deploy` does, one step after the other, and what it says to whoever runs it."""
