"""How a call ended: the hang-up, who did it, and why."""
