"""Messages between the functions."""
