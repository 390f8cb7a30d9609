"""These tests set up the process's logging: afterwards it is as it was."""

from tests.runtime.conftest import _logging_as_it_was

__all__ = ["_logging_as_it_was"]
