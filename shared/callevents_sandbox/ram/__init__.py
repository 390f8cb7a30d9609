"""Resource Access Management's stand-in: `RamAccount` is its state, `application(account)` serves it, and STS."""

from callevents_sandbox.ram.account import KEY, PolicyState, RamAccount, RoleState
from callevents_sandbox.ram.service import application

__all__ = ["KEY", "PolicyState", "RamAccount", "RoleState", "application"]
