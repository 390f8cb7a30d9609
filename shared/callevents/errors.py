"""Every error that this product raises on purpose.

    CallEventsError
    ├── SettingsError            a setting is wrong or missing
    ├── CredentialsMissing       no access key
    ├── CccError                 the contact center did not return the records
    │   ├── CccThrottled         too many requests, also after retries
    │   ├── CccUnavailable       5xx, no connection, connection lost
    │   ├── CccTimedOut          no answer before the deadline
    │   ├── CccUnreadable        an answer that is not documented
    │   ├── CccRefused           key, signature, clock, token or permission
    │   │   ├── CccWrongClock        the clock of this machine
    │   │   └── CccActionRefused     the operation is not allowed to this role
    │   ├── CccInstanceUnknown   no such instance
    │   └── CccRejected          any other 4xx or business code
    ├── SecretUnavailable        KMS did not return a secret
    ├── HandOverFailed           the worker could not be invoked
    ├── NotDelivered             nothing of an accepted task was delivered
    ├── PermissionUnchecked      Slack has not said yet whether the person is allowed
    ├── ThreadUnread             Slack has not shown yet what a mention in a thread is about
    ├── WorkspaceRefused, GroupsUnknowable, Replayed, UnreadableRequest, UnknownInteraction
    │                            a request from Slack is not answered
    └── SlackError               Slack did not accept a message
        ├── SlackThrottled       429; `retry_after` seconds
        ├── SlackUrlSpent        the response_url is expired or used up
        └── SlackRefused         any other refusal (no such channel, …)
            └── SlackTokenRefused    the bot token is not valid, or no longer

`code` is for logs and never changes; `sentence` and `advice` are gettext message ids for the person who asked, with
named parameters from `params`. None of them holds a secret, a token, a full phone number or the vendor's own text.
"""

from typing import ClassVar

from callevents.i18n import N_


class CallEventsError(Exception):
    """An error that this product can explain."""

    code: ClassVar[str] = "internal"
    sentence: ClassVar[str] = N_("Something went wrong on our side.")
    advice: ClassVar[str] = N_(
        "Try again. If the problem persists, send the request ID to your administrator."
    )

    def __init__(self, *, request_id: str | None = None, reason: str = "", **params: str | int) -> None:
        """Keep what a log needs: *reason* is this product's word for the cause, never text from outside."""
        super().__init__(self.code if not reason else f"{self.code}: {reason}")
        self.request_id = request_id
        self.reason = reason
        self.params = params


class SettingsError(CallEventsError):
    """One or more settings are wrong or missing; `names` lists them."""

    code = "settings"
    sentence = N_("This bot is not set up correctly: %(names)s.")
    advice = N_("Ask your administrator to run `make doctor`, which lists every problem.")


class CredentialsMissing(CallEventsError):
    """There is no access key, neither in the environment nor from the function's role."""

    code = "credentials_missing"
    sentence = N_("This bot has no Alibaba Cloud credentials.")
    advice = N_("Your administrator must give the function a RAM role.")


class CccError(CallEventsError):
    """The contact center did not return the records."""

    code = "ccc"


class CccThrottled(CccError):
    """The service refuses more requests for now; `retry_after` is in seconds, None where it gives no time."""

    code = "ccc_throttled"
    sentence = N_("The contact center is getting too many requests right now.")
    advice = N_("Try again in a minute.")

    def __init__(
        self, *, request_id: str | None = None, reason: str = "", retry_after: float | None = None
    ) -> None:
        """Keep how long the service asks to wait, in seconds."""
        super().__init__(request_id=request_id, reason=reason)
        self.retry_after = retry_after


class CccUnavailable(CccError):
    """The service failed (5xx) or could not be reached."""

    code = "ccc_unavailable"
    sentence = N_("The contact center cannot be reached right now.")
    advice = N_("Nothing is wrong with your request. Try again in a minute.")


class CccTimedOut(CccError):
    """No answer came before the deadline."""

    code = "ccc_timed_out"
    sentence = N_("The contact center did not answer in time.")
    advice = N_("Nothing is wrong with your request. Try again in a moment.")


class CccUnreadable(CccError):
    """The answer is not one that the service documents."""

    code = "ccc_unreadable"
    sentence = N_("The contact center sent an answer that cannot be read.")
    advice = N_("Try again in a minute. If the problem persists, send the request ID to your administrator.")


class CccRefused(CccError):
    """Key, signature, clock, token or permission: only an administrator can fix it."""

    code = "ccc_refused"
    sentence = N_("The contact center refused this bot's credentials.")
    advice = N_(
        "Your administrator must check the bot's access key and permissions: `make doctor` says which."
    )


class CccWrongClock(CccRefused):
    """The clock of the machine that this product runs on is wrong, so that the signature is too old or too new."""

    sentence = N_("The contact center refused the request because this bot's clock is wrong.")
    advice = N_(
        "Try again in a minute. If the problem persists, your administrator must set the clock right."
    )


class CccActionRefused(CccRefused):
    """The key is right, but its role may not ask this: another operation may well be allowed."""


class CccInstanceUnknown(CccError):
    """The instance does not exist."""

    code = "ccc_instance_unknown"
    sentence = N_("The contact center has no instance of that name.")
    advice = N_("Check the name of the instance, or ask your administrator.")


class CccRejected(CccError):
    """The service rejected the request for a reason that a retry does not change."""

    code = "ccc_rejected"
    sentence = N_("The contact center rejected the request.")
    advice = N_("Send the request ID to your administrator.")


class HandOverFailed(CallEventsError):
    """The worker could not be invoked."""

    code = "hand_over_failed"
    sentence = N_("The lookup took too long, and handing it over to the background failed.")
    advice = N_("Run the command again.")


class SlackError(CallEventsError):
    """Slack did not accept a message."""

    code = "slack"
    sentence = N_("Slack did not accept the message.")


class SlackThrottled(SlackError):
    """Slack asks to wait `retry_after` seconds."""

    code = "slack_throttled"

    def __init__(self, *, retry_after: float, reason: str = "") -> None:
        """Keep how long Slack asks to wait, in seconds."""
        super().__init__(reason=reason)
        self.retry_after = retry_after


class SlackUrlSpent(SlackError):
    """The response_url is expired (30 minutes) or used up (5 times)."""

    code = "slack_url_spent"


class SlackRefused(SlackError):
    """Slack refused for a reason that a retry does not change; `reason` is Slack's error code."""

    code = "slack_refused"


class SlackTokenRefused(SlackRefused):
    """The bot token is not valid, or no longer: nothing can be posted until an administrator replaces it."""

    code = "slack_token_refused"


class SecretUnavailable(CallEventsError):
    """KMS did not return a usable secret; `reason` is its error code or this product's word.

    `withdrawn` means that it will not return it again: a cached secret must not be used any more.
    """

    code = "secret"

    def __init__(self, *, reason: str = "", request_id: str | None = None, withdrawn: bool = False) -> None:
        """Keep whether the secret was *withdrawn*."""
        super().__init__(request_id=request_id, reason=reason)
        self.withdrawn = withdrawn


class WorkspaceRefused(CallEventsError):
    """The person's workspace may not look up calls."""

    code = "workspace_refused"
    sentence = N_("This bot does not answer in this workspace.")
    advice = N_("Ask your administrator.")


class GroupsUnknowable(CallEventsError):
    """Only members of user groups may look up calls, and the bot cannot read who they are."""

    code = "groups_unknowable"
    sentence = N_(
        "Only members of certain user groups may look up calls, and this bot cannot read who they are."
    )
    advice = N_("Your administrator must give the bot token the scope usergroups:read.")


class PermissionUnchecked(CallEventsError):
    """Slack has not said yet whether the person may look up calls: the worker may ask again."""

    code = "unchecked"
    sentence = N_("I could not check with Slack whether you are allowed to look up calls.")
    advice = N_("Nothing was looked up. Try again.")


class ThreadUnread(CallEventsError):
    """Slack has not shown yet what a mention in a thread is about: the worker may ask again."""

    code = "thread_unread"
    sentence = N_("Slack did not show me this thread in time.")
    advice = N_("Try again in a minute.")


class Replayed(CallEventsError):
    """The same signed request came before."""

    code = "replayed"
    sentence = N_("This request was already answered.")
    advice = N_("Nothing was looked up. Run the command again.")


class UnreadableRequest(CallEventsError):
    """A signed request that Slack does not document."""

    code = "unreadable_request"
    sentence = N_("Slack sent a request that this bot cannot read.")
    advice = N_(
        "Nothing was looked up. Try again. If the problem persists, send the request ID to your administrator."
    )


class UnknownInteraction(CallEventsError):
    """A button or shortcut that this version does not know."""

    code = "unknown_interaction"
    sentence = N_("This bot does not know that button or shortcut.")
    advice = N_("Look up the call with the command.")


class NotDelivered(CallEventsError):
    """Nothing of an accepted task was delivered: the platform must retry it, or send it to its failure destination."""

    code = "not_delivered"


class NoEnvelope(ValueError):
    """The payload is not one of this product's messages."""
