"""The Key Management Service's stand-in: `SecretVault` is its state, `application(vault)` serves it."""

from callevents_sandbox.kms.service import application
from callevents_sandbox.kms.vault import Asked, Secret, SecretVault

__all__ = ["Asked", "Secret", "SecretVault", "application"]
