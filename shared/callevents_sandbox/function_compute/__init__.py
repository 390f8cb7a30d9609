"""Function Compute's stand-in: `FunctionCompute` is its state, `application(platform)` serves it."""

from callevents_sandbox.function_compute.api import application
from callevents_sandbox.function_compute.deployment import Deployment
from callevents_sandbox.function_compute.instances import NoInstanceFree
from callevents_sandbox.function_compute.outcome import Bill, Outcome
from callevents_sandbox.function_compute.platform import FunctionCompute, UnknownFunction
from callevents_sandbox.function_compute.queue import DuplicateTask, Task

__all__ = [
    "Bill",
    "Deployment",
    "DuplicateTask",
    "FunctionCompute",
    "NoInstanceFree",
    "Outcome",
    "Task",
    "UnknownFunction",
    "application",
]
