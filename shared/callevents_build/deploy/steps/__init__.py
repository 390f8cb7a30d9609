"""What `make deploy` does, one step after the other, and what it says to the person who runs it."""
