"""Settings that name secrets of KMS: what is a reference, and where the text of a secret may stand."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from callevents.clock import Deadline
from callevents.errors import SecretUnavailable
from callevents.settings.model import Settings
from callevents.settings.secret_refs import ReadResult, ReferenceProblem, names_in, read_secrets, resolve
from callevents.settings.validators import RouteSecret

SIGNING = "8f742231b10e8888abcd99yyyzzz85a5"
ARN = "acs:kms:cn-hongkong:1234567890123456:secret/a/b"


def resolved(environ: dict[str, str], **texts: str) -> tuple[Settings, tuple[ReferenceProblem, ...]]:
    return tuple(resolve(environ, Settings.from_environ(environ), ReadResult(texts, {})))  # type: ignore[return-value]


@pytest.mark.parametrize(
    ("name", "text", "names"),
    [
        (
            "SLACK_SIGNING_SECRET",
            "kms://callevents/slack-signing-secret",
            ("callevents/slack-signing-secret",),
        ),
        ("SLACK_SIGNING_SECRET", " kms://a ", ("a",)),
        ("SLACK_BOT_TOKEN", f"kms://{ARN}", (ARN,)),
        ("CALLEVENTS_WEBHOOK_SECRET", "kms://all", ("all",)),
        ("CALLEVENTS_WEBHOOK_SECRET", "plain, grafana:kms://g, Sentry : kms://s,", ("g", "s")),
        ("CALLEVENTS_WEBHOOK_TOKEN", "kms://a,kms://b", ("a", "b")),
        ("CCC_INSTANCE_ID", "kms", ()),
    ],
)
def test_a_reference_is_noted_and_opens_nothing(name: str, text: str, names: tuple[str, ...]) -> None:
    settings = Settings.from_environ({name: text})

    assert settings.references == ({name: names} if names else {})
    assert settings.wrong == ()
    if names:
        assert settings == Settings(references={name: names})


@pytest.mark.parametrize(
    "name",
    ["SLACK_SIGNING_SECRET", "SLACK_BOT_TOKEN", "CALLEVENTS_WEBHOOK_SECRET", "CALLEVENTS_WEBHOOK_TOKEN"],
)
@pytest.mark.parametrize(
    "text",
    ["kms:/slack-signing-secret", "kms:slack-signing-secret", "kms://", "KMS://slack-signing-secret", "kms:// a-secret",
     "kms://secret name", "kms://" + "x" * 257, "kms://ä", "kms://a?b", "has-kms://inside", "other:kms://route",
     "'kms://a'", "\u200bkms://a", "k\u200bms://a", "\ufeffkms://a", "kms\u00ad://a", "\uff4b\uff4d\uff53\uff1a//a",
     "k m s://a", "\u201ckms://a\u201d", '"grafana:kms://a"', "grafana:\u2060kms://a", "=kms://a",
     "a-secret-of-16-letters-kms:x", "kms//slack-signing-secret", "kms%3A//slack-signing-secret",
     "kms%3a%2f%2fslack-signing-secret", "km\u0301s://slack-signing-secret"],
)  # fmt: skip
def test_what_is_nearly_a_reference_is_never_the_secret_itself(name: str, text: str) -> None:
    assert Settings.from_environ({name: text}) == Settings(wrong=(name,))


def test_each_text_stands_where_its_name_stood() -> None:
    environ = {
        "SLACK_SIGNING_SECRET": "kms://signing",
        "SLACK_BOT_TOKEN": "kms://bot",
        "CALLEVENTS_WEBHOOK_SECRET": "plain-for-all-routes, Grafana:kms://hmac,kms://any",
        "CALLEVENTS_WEBHOOK_TOKEN": "kms://list",
        "CCC_INSTANCE_ID": "ccc-test",
    }

    settings, problems = resolved(
        environ,
        signing="a,b c",
        bot="xoxb-1-a",
        hmac="h:1-of-grafana-0001",
        any="any-route-00000001",
        list="token-of-all-00002, ccc:token-of-ccc-00001,",
    )

    assert problems == ()
    assert settings == Settings(
        slack_signing_secret="a,b c",
        slack_bot_token="xoxb-1-a",
        webhook_secrets=(
            RouteSecret("any-route-00000001"),
            RouteSecret("plain-for-all-routes"),
            RouteSecret("h:1-of-grafana-0001", "grafana"),
        ),
        webhook_tokens=(RouteSecret("token-of-all-00002"), RouteSecret("token-of-ccc-00001", "ccc")),
        ccc_instance_id="ccc-test",
    )


@pytest.mark.parametrize(
    ("name", "written", "text", "reason"),
    [
        # The second half would open every route, and grafana's secret was to open one.
        ("CALLEVENTS_WEBHOOK_SECRET", "grafana:kms://s", "a,b", "a list in the place of one secret"),
        ("CALLEVENTS_WEBHOOK_SECRET", "kms://s,other", "a,b", "a list in the place of one secret"),
        ("CALLEVENTS_WEBHOOK_SECRET", "kms://s", " , ", "empty"),
        ("CALLEVENTS_WEBHOOK_SECRET", "kms://s", "a,grafana:kms://t", "another reference in the place of a secret"),
        ("SLACK_SIGNING_SECRET", "kms://s", "kms://t", "another reference in the place of a secret"),
        ("SLACK_SIGNING_SECRET", "kms://t", "", "not read yet"),
    ],
)  # fmt: skip
def test_what_does_not_fit_leaves_the_setting_closed(name: str, written: str, text: str, reason: str) -> None:
    settings, problems = resolved({name: written}, s=text)

    assert problems == (ReferenceProblem(name, reason),)
    assert name in settings.references
    assert (settings.slack_signing_secret, settings.webhook_secrets) == ("", ())


def test_a_text_of_the_wrong_form_is_a_wrong_setting() -> None:
    settings, problems = resolved({"SLACK_BOT_TOKEN": "kms://s"}, s="not a token")

    assert (settings, problems) == (Settings(wrong=("SLACK_BOT_TOKEN",)), ())


def test_a_setting_gets_all_of_its_secrets_or_none_and_others_are_not_concerned() -> None:
    environ = {"SLACK_SIGNING_SECRET": "kms://a", "CALLEVENTS_WEBHOOK_SECRET": "kms://a,grafana:kms://b"}
    refused = SecretUnavailable(reason="Forbidden.NoPermission", request_id="6a3e")

    settings, problems = resolve(
        environ, Settings.from_environ(environ), ReadResult({"a": SIGNING}, {"b": refused})
    )

    assert settings.slack_signing_secret == SIGNING
    assert settings.webhook_secrets == ()
    assert problems == (ReferenceProblem("CALLEVENTS_WEBHOOK_SECRET", "Forbidden.NoPermission", "6a3e"),)


def test_each_secret_is_read_once_and_one_that_fails_does_not_keep_the_others() -> None:
    asked = []

    def secret(name: str, deadline: Deadline) -> str:
        asked.append(name)
        if name == "a":
            raise SecretUnavailable(reason="empty")
        return name.upper()

    settings = Settings(references={"X": ("a", "b"), "Y": ("b", "c")})

    read = read_secrets(names_in(settings), secret, Deadline(1.0, lambda: 0.0))

    assert asked == ["a", "b", "c"]
    assert (read.texts, list(read.failures)) == ({"b": "B", "c": "C"}, ["a"])


@given(
    written=st.lists(
        st.sampled_from(["kms://s", "kms://t", "grafana:kms://s", "x", " ", "ccc:y"]), max_size=4
    ).map(",".join),
    s=st.text(max_size=20),
    t=st.text(max_size=20),
)
def test_whatever_kms_holds_nothing_becomes_wider_than_it_was_written(written: str, s: str, t: str) -> None:
    environ = {"CALLEVENTS_WEBHOOK_SECRET": written}
    settings, _ = resolved(environ, s=s.strip(), t=t.strip())

    if "," in written:
        bound = {
            item.partition(":")[0] for item in written.split(",") if item.startswith(("grafana:", "ccc:"))
        }
        at_large = [item for item in written.split(",") if item.startswith("kms:") or item == "x"]
        assert len([each for each in settings.webhook_secrets if each.route is None]) <= len(at_large)
        assert bound <= {each.route for each in settings.webhook_secrets} or not settings.webhook_secrets
