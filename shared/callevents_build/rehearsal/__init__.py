"""A rehearsal of deploying: an account with nothing in it, and all that is around it, on this machine."""
