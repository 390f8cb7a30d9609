"""Stand-ins with real sockets for CCC, Function Compute and Slack; never deployed."""
