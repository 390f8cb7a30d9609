"""The access key of one invocation."""

from collections.abc import Mapping

from callevents.invocation import Credentials

_ID = "ALIBABA_CLOUD_ACCESS_KEY_ID"
_SECRET = "ALIBABA_CLOUD_ACCESS_KEY_SECRET"  # noqa: S105 - the name of a variable, not a secret
_TOKEN = "ALIBABA_CLOUD_SECURITY_TOKEN"  # noqa: S105 - the name of a variable, not a secret


def resolve(environ: Mapping[str, str], context: object | None = None) -> Credentials | None:
    """Return the key in *environ*, else the one in `context.credentials`, else None.

    Never mixes the two: an id and a secret without the token that belongs to them are refused by the service. Read it
    anew for each invocation: an instance may live longer than its temporary keys. Newer runtimes have no
    `context.credentials`: https://help.aliyun.com/en/functioncompute/fc/context-1
    """
    return _credentials(environ.get(_ID), environ.get(_SECRET), environ.get(_TOKEN)) or _from_context(context)


def as_environ(access_key_id: str, secret: str, token: str) -> dict[str, str]:
    """Return a key as `resolve` finds it in an environment, whole: laid over another one it does not mix with it."""
    return {_ID: access_key_id, _SECRET: secret, _TOKEN: token}


def _from_context(context: object | None) -> Credentials | None:
    try:
        held = getattr(context, "credentials", None)
        return _credentials(
            getattr(held, "access_key_id", None),
            getattr(held, "access_key_secret", None),
            getattr(held, "security_token", None),
        )
    except BaseException:  # noqa: BLE001 - the runtime's object is not under our control: where its properties fail, it holds no key
        return None


def _credentials(access_key_id: object, secret: object, token: object) -> Credentials | None:
    # The attributes of the context are the platform's: empty strings without a role, and what else we cannot know.
    key, hidden, security_token = (
        value.strip() if isinstance(value, str) else "" for value in (access_key_id, secret, token)
    )
    return Credentials(key, hidden, security_token or None) if key and hidden else None
