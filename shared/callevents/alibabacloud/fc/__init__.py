"""Function Compute as it is called from outside: queueing work for the worker, and reading what is deployed."""
