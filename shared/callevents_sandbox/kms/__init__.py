"""The Key Management Service's stand-in: `SecretVault` is its state, `application(vault)` serves it."""

from callevents_sandbox.kms.service import application
from callevents_sandbox.kms.vault import Secret, SecretVault

__all__ = ["Secret", "SecretVault", "application"]
