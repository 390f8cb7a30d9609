"""The front door of `make run`, and its terminal."""
