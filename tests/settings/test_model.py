from base64 import b64encode, urlsafe_b64encode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from callevents.errors import SettingsError
from callevents.settings.model import Settings
from callevents.settings.validators import RouteSecret, is_signing_secret
from callevents.settings.variables import VARIABLES

NAMES = [variable.name for variable in VARIABLES]


def test_nothing_set_is_sound_and_closed_where_it_matters() -> None:
    settings = Settings.from_environ({})

    assert Settings() == settings
    settings.require_sound()
    assert settings.deny_guests
    assert settings.detail_record
    assert settings.full_numbers_users == frozenset()


@pytest.mark.parametrize(
    ("name", "text", "field", "expected"),
    [
        ("SLACK_SIGNING_SECRET", " abc\n", "slack_signing_secret", "abc"),
        ("SLACK_API_URL", "http://127.0.0.1:9/api", "slack_api_url", "http://127.0.0.1:9/api/"),
        ("SLACK_RESPONSE_URL_HOSTS", "Hooks.Slack.com, 127.0.0.1,[::1]", "response_url_hosts",
         frozenset({"hooks.slack.com", "127.0.0.1", "::1"})),
        ("CCC_INSTANCES", "sales=ccc-sales, ccc-support", "ccc_instances",
         {"sales": "ccc-sales", "ccc-support": "ccc-support"}),
        ("CCC_ENDPOINT", "https://ccc-vpc.cn-shanghai.aliyuncs.com/", "ccc_endpoint",
         "https://ccc-vpc.cn-shanghai.aliyuncs.com"),
        ("CALLEVENTS_KMS_ENDPOINT", "https://kms-vpc.cn-hongkong.aliyuncs.com", "kms_endpoint",
         "https://kms-vpc.cn-hongkong.aliyuncs.com"),
        ("CALLEVENTS_WEBHOOK_SECRET", "plain-for-all-routes,http://x-for-all-routes,grafana:a:b-of-grafana-0001",
         "webhook_secrets", (RouteSecret("plain-for-all-routes"), RouteSecret("http://x-for-all-routes"),
          RouteSecret("a:b-of-grafana-0001", "grafana"))),
        ("CALLEVENTS_DENY_GUESTS", "False", "deny_guests", False),
        ("CALLEVENTS_DETAIL_RECORD", "FALSE", "detail_record", False),
        ("CALLEVENTS_LANGUAGE", "zh_cn", "language", "zh-CN"),
        ("CALLEVENTS_CHANNEL_LANGUAGE", "ZH_cn", "channel_language", "zh-CN"),
        ("CALLEVENTS_TIMEZONE", "Europe/Berlin", "timezone", "Europe/Berlin"),
        ("CALLEVENTS_LOG_LEVEL", "debug", "log_level", "DEBUG"),
        ("CALLEVENTS_USERS", "U1, W2ABC,", "users", frozenset({"U1", "W2ABC"})),
    ],
)  # fmt: skip
def test_each_setting_is_read_in_its_own_form(name: str, text: str, field: str, expected: object) -> None:
    settings = Settings.from_environ({name: text})

    assert () == settings.wrong
    assert expected == getattr(settings, field)


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("SLACK_BOT_TOKEN", "Bearer xoxb-1"), ("SLACK_API_URL", "http://slack.example/api/"),
        ("SLACK_RESPONSE_URL_HOSTS", "https://hooks.slack.com"), ("SLACK_RESPONSE_URL_HOSTS", "hooks.slack.com:443"),
        ("CCC_ENDPOINT", "http://ccc.cn-shanghai.aliyuncs.com"), ("CCC_ENDPOINT", "https://a@b"),
        ("CCC_ENDPOINT", "https://h:99999"), ("CCC_ENDPOINT", "ftp://h"), ("CCC_INSTANCE_ID", "a b"),
        ("CALLEVENTS_CHANNEL", "#general"), ("CALLEVENTS_USERS", "mei"), ("CALLEVENTS_DENY_GUESTS", "maybe"),
        ("CALLEVENTS_LANGUAGE", "fr"), ("CALLEVENTS_TIMEZONE", "Mars/Base"), ("CALLEVENTS_TIMEZONE", "../etc/passwd"),
        ("CALLEVENTS_CHANNEL_LANGUAGE", "auto"), ("CALLEVENTS_CHANNEL_LANGUAGE", "de"),
        ("CALLEVENTS_LOG_LEVEL", "LOUD"), ("CALLEVENTS_WEBHOOK_TOKEN", "grafana:"), ("CALLEVENTS_WORKER", "a/b"),
        ("CALLEVENTS_WEBHOOK_TOKEN", "fifteen-letters"), ("CALLEVENTS_WEBHOOK_SECRET", "grafana:fifteen-letters"),
        # The second half of a secret with a comma inside would open every route.
        ("CALLEVENTS_WEBHOOK_SECRET", "grafana:the-first-half-of-it,the-second-half-of-it"),
        ("CALLEVENTS_USERS", ","), ("CALLEVENTS_TEAMS", " , ,"), ("CALLEVENTS_USERGROUPS", " "),
        ("SLACK_RESPONSE_URL_HOSTS", ","), ("CCC_INSTANCES", ","), ("CALLEVENTS_CHANNELS", ","),
        ("CALLEVENTS_CCC_EVENTS", ","), ("CALLEVENTS_WEBHOOK_SECRET", ","),
        ("CALLEVENTS_SEARCH_USERS", ","), ("CALLEVENTS_SEARCH_USERGROUPS", '""'), ("CALLEVENTS_AGENTS", ","),
        ("CALLEVENTS_AGENTS", "U1=\u3164@ccc-test"), ("CALLEVENTS_AGENTS", "U1=alice@ccc-test,U1=bob@ccc-test"),
        ("CALLEVENTS_DETAIL_RECORD", "false,"),
    ],
)  # fmt: skip
def test_a_wrong_setting_is_named_and_never_printed(name: str, text: str) -> None:
    settings = Settings.from_environ({name: text})

    assert (name,) == settings.wrong
    assert not settings.webhook_secrets
    assert not settings.webhook_tokens
    with pytest.raises(SettingsError) as raised:
        settings.require_sound()
    assert {"names": name} == raised.value.params
    assert not text.strip() or text not in str(raised.value)


@pytest.mark.parametrize("name", ["CALLEVENTS_TEAMS", "CALLEVENTS_USERS", "CALLEVENTS_USERGROUPS"])
def test_an_allow_list_that_cannot_be_read_allows_nobody(name: str) -> None:
    settings = Settings.from_environ({name: "everyone!"})

    allowed = getattr(settings, name.removeprefix("CALLEVENTS_").lower())
    assert allowed
    assert not any(item.isalnum() for item in allowed)


# What people and tools write where a secret is to stand: known to whoever reads the documents, so none of it opens.
NO_SECRETS = [
    "${env('SLACK_SIGNING_SECRET')}", "${SLACK_SIGNING_SECRET}", "$SLACK_SIGNING_SECRET", "%SLACK_SIGNING_SECRET%",
    "{{SLACK_SIGNING_SECRET}}", "${{ secrets.SLACK_SIGNING_SECRET }}", "$(cat /run/secrets/signing)",
    "<your-signing-secret>", "callevents/slack-signing-secret", "//callevents/slack-signing-secret",
    "kms/callevents/slack-signing-secret", "kms=callevents/slack-signing-secret", "km5://callevents/signing-secret",
    "k.m.s://callevents/slack-signing-secret", "\u043ams://callevents/slack-signing-secret",
    "kms\u2236\u2215\u2215callevents/slack-signing-secret", "vault://callevents/slack", "op://vault/item/field",
    "acs:secret/callevents/slack-signing-secret", "/run/secrets/slack_signing_secret", "KMS_CALLEVENTS_SIGNING",
    *(each * 20 for each in "*.-_=/?#~\\()\u3001\u3002\uff0e\u2032\xb4\u2016\uff5c\uff08\u060c\u301d\u0301"),
]  # fmt: skip


@pytest.mark.parametrize(
    "wrapping", ["{}", '"{}"', "'{}'", "\u200b{}", "\ufeff{}", "grafana:{}", "grafana={}"]
)
def test_what_stands_for_a_secret_is_none(wrapping: str) -> None:
    opened = []
    for text in map(wrapping.format, NO_SECRETS):
        lists = Settings.from_environ({"CALLEVENTS_WEBHOOK_SECRET": text, "CALLEVENTS_WEBHOOK_TOKEN": text})
        if is_signing_secret(text) or lists.webhook_secrets or lists.webhook_tokens:
            opened.append(text)

    assert opened == []


@given(st.binary(min_size=16, max_size=48))
def test_what_tools_make_is_a_secret(made: bytes) -> None:
    for text in (made.hex(), b64encode(made).decode(), urlsafe_b64encode(made).decode()):
        settings = Settings.from_environ({"CALLEVENTS_WEBHOOK_SECRET": text})
        letters = sum(map(str.isalnum, text))

        assert letters < 8 or (settings.webhook_secrets and is_signing_secret(text))


def test_a_detail_record_is_not_asked_for_where_the_setting_is_wrong() -> None:
    assert Settings().detail_record
    assert not Settings.from_environ({"CALLEVENTS_DETAIL_RECORD": "\ufefffalse"}).detail_record


# Separators, quotes, blanks, and characters that nobody sees.
NOTHING = st.text(
    st.sampled_from(
        ",;:|\"'`\u201c\u201d\u2018\u00ab \t\n\r\u00a0\u3000\u200b\u200d\u2060\ufeff\u00ad\ufe0f\u3164\U000e0020"
    ),
    min_size=1,
    max_size=60,
)


@given(name=st.sampled_from(NAMES), text=NOTHING)
def test_no_setting_made_of_separators_quotes_blanks_and_invisible_characters_opens_anything(
    name: str, text: str
) -> None:
    settings, unset = Settings.from_environ({name: text}), Settings()

    assert not settings.webhook_secrets
    assert not settings.webhook_tokens
    assert not is_signing_secret(settings.slack_signing_secret)
    assert settings.deny_guests
    assert not settings.full_numbers_users | settings.full_numbers_usergroups | settings.channels
    assert not settings.search_users | settings.search_usergroups
    assert not settings.agents
    assert name != "CALLEVENTS_DETAIL_RECORD" or not settings.detail_record
    assert settings.response_url_hosts <= unset.response_url_hosts
    assert settings.ccc_events <= unset.ccc_events
    assert not settings.ccc_instances
    for who in ("teams", "users", "usergroups"):
        if name == f"CALLEVENTS_{who.upper()}":
            assert not any(item.isalnum() for item in getattr(settings, who) or {"everybody"})


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("U1=alice@ccc-test", {"U1": "alice@ccc-test"}),
        (" U1 = alice@ccc-test , W2=alice.li+2@ccc-hk,", {"U1": "alice@ccc-test", "W2": "alice.li+2@ccc-hk"}),
        ("U1=alice@ccc-test,U1=alice@ccc-test", {"U1": "alice@ccc-test"}),
        ("U1=alice@ccc-test,U1=bob@ccc-test", None),
        ("U1=alice", None),
        ("U1", None),
        ("=alice@ccc-test", None),
        ("mei=alice@ccc-test", None),
        ("U1=a b@ccc-test", None),
        ("U1=alice@", None),
        (",", None),
    ],
)
def test_people_are_agents_one_each_or_none_at_all(text: str, expected: dict[str, str] | None) -> None:
    settings = Settings.from_environ({"CALLEVENTS_AGENTS": text})
    assert dict(settings.agents) == (expected or {})
    assert settings.wrong == (() if expected else ("CALLEVENTS_AGENTS",))


def test_secrets_are_not_in_the_representation() -> None:
    settings = Settings.from_environ(
        {
            "SLACK_SIGNING_SECRET": "the-signing-secret",
            "SLACK_BOT_TOKEN": "xoxb-the-bot-token",
            "CALLEVENTS_WEBHOOK_SECRET": "the-webhook-secret",
            "CALLEVENTS_WEBHOOK_TOKEN": "sls:the-webhook-token",
        }
    )

    assert "the-" not in repr(settings)
    assert "the-" not in repr(settings.webhook_tokens)


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        (None, "ccc-main"),
        ("CCC-MAIN", "ccc-main"),
        ("Sales", "ccc-sales"),
        ("ccc-sales", "ccc-sales"),
        ("other", None),
    ],
)
def test_an_instance_is_chosen_among_the_allowed_without_case(name: str | None, expected: str | None) -> None:
    settings = Settings.from_environ({"CCC_INSTANCE_ID": "ccc-main", "CCC_INSTANCES": "sales=ccc-sales"})

    assert expected == settings.instance(name)


@given(st.dictionaries(st.sampled_from(NAMES), st.text(max_size=40)))
def test_reading_never_raises(environ: dict[str, str]) -> None:
    settings = Settings.from_environ(environ)

    assert set(settings.wrong) <= set(environ)
