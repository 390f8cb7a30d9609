"""Work that one function queues for another: its message, its id, and the queue."""
