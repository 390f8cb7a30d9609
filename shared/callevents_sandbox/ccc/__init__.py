"""The contact center's stand-in: `ContactCenter` is its state, `application(center)` serves it."""

from callevents_sandbox.ccc.center import KEY, TEMPORARY_KEY, Bucket, ContactCenter, ContactCenterRequest
from callevents_sandbox.ccc.service import application

__all__ = ["KEY", "TEMPORARY_KEY", "Bucket", "ContactCenter", "ContactCenterRequest", "application"]
