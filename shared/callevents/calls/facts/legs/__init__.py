"""The legs of a call as intervals: whose each is, when it began, was connected and ended."""
