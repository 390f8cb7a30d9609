"""What a deploying tool sees of Function Compute: `Management` is its state, `application(management)` serves it."""

from callevents_sandbox.function_compute.management.api import application
from callevents_sandbox.function_compute.management.checksum import crc64
from callevents_sandbox.function_compute.management.state import Managed, Management

__all__ = ["Managed", "Management", "application", "crc64"]
