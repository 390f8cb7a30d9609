"""The roles that the functions take: which there must be, what is there, and what makes the one the other."""
