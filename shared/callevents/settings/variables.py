"""The registry of environment variables: every one there is, its parser, default, meaning and users.

The settings, the template's check, `make deploy` and the documents' tables are all derived from it; its order is that
of the tables.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Final, Generic, TypeVar, cast

from callevents.settings import validators

T_co = TypeVar("T_co", covariant=True)

FUNCTIONS: Final = ("slack", "webhook", "worker")
_LOOKUPS: Final = ("slack", "worker")
_HAND_OFF: Final = ("slack", "webhook")
_CHANNELS: Final = ("webhook", "worker")
_NOBODY: Final[frozenset[str]] = frozenset()
_NO_INSTANCES: Final[Mapping[str, str]] = {}
_NO_AGENTS: Final[Mapping[str, str]] = {}
_NO_SECRETS: Final[tuple[validators.RouteSecret, ...]] = ()
# An allow-list that cannot be read allows nobody: no Slack id has this form.
_NOT_AN_ID: Final = frozenset({"-"})


@dataclass(kw_only=True, eq=False, repr=False)  # frozen or compared, it would cost each cold start more
class Variable(Generic[T_co]):
    """A variable of the environment.

    name            as it is set: what it is called below
    english, chinese  what it means, one sentence without the default
    parse           its parser; raises ValueError for what cannot be used
    empty           the value where it is neither set nor has a default
    default         the text that counts where it is not set
    template_default  what template.yml sets where it is not set, if that is not `default`
    closed          the value where the text cannot be used, if not that of the default
    form            what a usable value looks like: "it must be …"
    secret          whether it may hold `kms://name` and is kept out of every `repr`
    functions       those that need it, in alphabetical order; none where it is for `make deploy` or a shell
    deploying       whether `make deploy` alone reads it
    required        where to find the value, if `make deploy` insists on one
    """

    name: str = field(init=False)
    english: str
    chinese: str
    parse: Callable[[str], T_co]
    empty: T_co
    default: str = ""
    template_default: str = ""
    closed: T_co | None = None
    form: str = ""
    secret: bool = False
    functions: tuple[str, ...] = ()
    deploying: bool = False
    required: str = ""

    @property
    def unset(self) -> T_co:
        """The value where it is not set.

        A default that is itself text stands in its final form: to parse it would load `zoneinfo` in every cold start.
        """
        if isinstance(self.empty, str):
            return cast("T_co", self.default)
        return self.parse(self.default) if self.default else self.empty


SLACK_SIGNING_SECRET: Final = Variable(
    english="proves that a request comes from Slack; without it every request is refused",
    chinese="证明请求来自 Slack；没有则拒绝所有请求",
    parse=str,
    empty="",
    form="a signing secret, or kms://name",
    secret=True,
    functions=("slack",),
    required="from the Slack app's Basic Information",
)
SLACK_BOT_TOKEN: Final = Variable(
    english="for posting alerts, forms, mentions, the guest check and languages",
    chinese="发布告警；表单、@、访客检查和语言也需要",
    parse=validators.slack_token,
    empty="",
    form="a bot token: xoxb-…, or kms://name",
    secret=True,
    functions=_LOOKUPS,
    required="xoxb-…, from the Slack app's OAuth & Permissions",
)
CCC_INSTANCE_ID: Final = Variable(
    english="the CCC instance to ask",
    chinese="要查询的 CCC 实例",
    parse=validators.instance_id,
    empty="",
    form="an instance id, such as ccc-test",
    functions=FUNCTIONS,
    required="the CCC instance to ask",
)
CCC_INSTANCES: Final = Variable(
    english="further instances that may be asked, `alias=instance,…`: `/callevents … in alias`",
    chinese="其他可以查询的实例，`alias=instance,…`（别名=实例），查询时写 `/callevents … in alias`",
    parse=validators.instances,
    empty=_NO_INSTANCES,
    form="alias=instance, separated by commas",
    functions=FUNCTIONS,
)
CCC_ENDPOINT: Final = Variable(
    english="the address of CCC",
    chinese="CCC 的访问地址",
    parse=validators.base_url,
    empty="",
    default="https://ccc.cn-shanghai.aliyuncs.com",
    form="an https URL",
    functions=_LOOKUPS,
)
CALLEVENTS_TEAMS: Final = Variable(
    english="workspaces that may ask; unset: all",
    chinese="可以查询的工作区；不设则全部",
    parse=validators.slack_ids,
    empty=_NOBODY,
    closed=_NOT_AN_ID,
    form="ids, separated by commas",
    functions=_LOOKUPS,
)
CALLEVENTS_USERS: Final = Variable(
    english="people who may ask; unset: all",
    chinese="可以查询的用户；不设则全部",
    parse=validators.slack_ids,
    empty=_NOBODY,
    closed=_NOT_AN_ID,
    form="ids, separated by commas",
    functions=_LOOKUPS,
)
CALLEVENTS_USERGROUPS: Final = Variable(
    english="user groups whose members may ask; unset: all",
    chinese="成员可以查询的用户组；不设则全部",
    parse=validators.slack_ids,
    empty=_NOBODY,
    closed=_NOT_AN_ID,
    form="ids, separated by commas",
    functions=_LOOKUPS,
)
CALLEVENTS_DENY_GUESTS: Final = Variable(
    english="`false` lets guests ask",
    chinese="`false` 允许访客查询",
    parse=validators.boolean,
    empty=True,
    default="true",
    form="true or false",
    functions=_LOOKUPS,
)
CALLEVENTS_DETAIL_RECORD: Final = Variable(
    english="`false` never asks for the detail record of a call that has no records",
    chinese="`false` 表示通话没有记录时也不查询其话单",
    parse=validators.boolean,
    empty=True,
    default="true",
    closed=False,
    form="true or false",
    functions=_LOOKUPS,
)
CALLEVENTS_FULL_NUMBERS_USERS: Final = Variable(
    english="people who may reveal full numbers; unset: nobody",
    chinese="可以显示完整号码的用户；不设则无人",
    parse=validators.slack_ids,
    empty=_NOBODY,
    form="ids, separated by commas",
    functions=_LOOKUPS,
)
CALLEVENTS_FULL_NUMBERS_USERGROUPS: Final = Variable(
    english="user groups whose members may reveal full numbers",
    chinese="成员可以显示完整号码的用户组",
    parse=validators.slack_ids,
    empty=_NOBODY,
    form="ids, separated by commas",
    functions=_LOOKUPS,
)
CALLEVENTS_SEARCH_USERS: Final = Variable(
    english="people who may find calls by number, agent or queue; unset: nobody",
    chinese="可以按号码、坐席或技能组查找通话的用户；不设则无人",
    parse=validators.slack_ids,
    empty=_NOBODY,
    form="ids, separated by commas",
    functions=_LOOKUPS,
)
CALLEVENTS_SEARCH_USERGROUPS: Final = Variable(
    english="user groups whose members may find calls",
    chinese="成员可以查找通话的用户组",
    parse=validators.slack_ids,
    empty=_NOBODY,
    form="ids, separated by commas",
    functions=_LOOKUPS,
)
CALLEVENTS_AGENTS: Final = Variable(
    english="who is which agent, `U…=alice@ccc-test,…`: whose calls `/callevents mine` shows",
    chinese="用户对应的坐席，`U…=alice@ccc-test,…`：`/callevents mine` 显示其通话",
    parse=validators.agents,
    empty=_NO_AGENTS,
    form="U…=alice@ccc-test, separated by commas",
    functions=_LOOKUPS,
)
CALLEVENTS_LANGUAGE: Final = Variable(
    english="`auto` (the asker's Slack locale), `en` or `zh-CN`",
    chinese="`auto`（提问者的 Slack 语言）、`en` 或 `zh-CN`",
    parse=validators.language,
    empty="",
    default="auto",
    form="auto, en or zh-CN",
    functions=_LOOKUPS,
)
CALLEVENTS_CHANNEL_LANGUAGE: Final = Variable(
    english="the language of what a whole channel reads (alerts, shared answers): `en` or `zh-CN`",
    chinese="频道内容（告警、分享的查询结果）的语言：`en` 或 `zh-CN`",
    parse=validators.channel_language,
    empty="",
    default="en",
    form="en or zh-CN",
    functions=_LOOKUPS,
)
CALLEVENTS_TIMEZONE: Final = Variable(
    english="the site's time zone",
    chinese="呼叫中心所在时区",
    parse=validators.time_zone,
    empty="",
    default="Asia/Shanghai",
    form="a time zone by its name, with its capitals: Asia/Shanghai, not asia/shanghai or UTC+8",
    functions=_LOOKUPS,
)
CALLEVENTS_WORKER: Final = Variable(
    english="the function that takes over longer lookups, and looks up the calls of alerts",
    chinese="接手耗时查询、处理告警的函数",
    parse=validators.function_name,
    empty="",
    template_default="callevents-worker",
    form="a function name",
    functions=_HAND_OFF,  # the worker requeues under its own name, which its context gives
)
CALLEVENTS_CHANNEL: Final = Variable(
    english="the id of the channel for alerts",
    chinese="告警频道的 id",
    parse=validators.slack_id,
    empty="",
    form="a channel id, such as C0123ABCD",
    functions=_CHANNELS,
)
CALLEVENTS_CHANNELS: Final = Variable(
    english="further channels that `?channel=` may name",
    chinese="`?channel=` 可以指定的其他频道",
    parse=validators.slack_ids,
    empty=_NOBODY,
    form="channel ids, separated by commas",
    functions=_CHANNELS,
)
CALLEVENTS_WEBHOOK_SECRET: Final = Variable(
    english="HMAC secrets of senders, a list; `grafana:…` binds one to its route; those for all routes first",
    chinese="发送方的 HMAC 密钥列表；`grafana:…` 绑定到该路由；适用于所有路由的写在前面",
    parse=validators.route_secrets,
    empty=_NO_SECRETS,
    form="secrets of 16 characters or more, separated by commas, then those for one route: route:secret; or kms://name",
    secret=True,
    functions=("webhook",),
)
CALLEVENTS_WEBHOOK_TOKEN: Final = Variable(
    english="tokens of senders, in the same form; neither set: every alert is refused",
    chinese="发送方的令牌列表，形式相同；两者都不设则拒绝所有告警",
    parse=validators.route_secrets,
    empty=_NO_SECRETS,
    form="tokens of 16 characters or more, separated by commas, then those for one route: route:token; or kms://name",
    secret=True,
    functions=("webhook",),
)
CALLEVENTS_EVENTBRIDGE_CERTIFICATE: Final = Variable(
    english="EventBridge's signing certificate (PEM): then only signed events are accepted",
    chinese="EventBridge 的签名证书（PEM）：设置后只接受签名的事件",
    parse=validators.certificate,
    empty="",
    form="a certificate in PEM",
    functions=("webhook",),
)
CALLEVENTS_CCC_EVENTS: Final = Variable(
    english="types of the events pushed by CCC itself that are posted",
    chinese="CCC 自身推送中需要发到频道的事件",
    parse=validators.names,
    empty=_NOBODY,
    default="Abandoned,QueueingTimeout,QueueingFailure,RingingTimeout",
    closed=_NOBODY,
    form="event types, separated by commas",
    functions=("webhook",),
)
CALLEVENTS_LOG_LEVEL: Final = Variable(
    english="how much is logged",
    chinese="日志级别",
    parse=validators.log_level,
    empty="",
    default="INFO",
    form="DEBUG, INFO, WARNING, ERROR or CRITICAL",
    functions=FUNCTIONS,
)
SLACK_API_URL: Final = Variable(
    english="the address of Slack's Web API",
    chinese="Slack Web API 的地址",
    parse=validators.folder_url,
    empty="",
    default="https://slack.com/api/",
    form="an https URL",
    functions=_LOOKUPS,
)
SLACK_RESPONSE_URL_HOSTS: Final = Variable(
    english="hosts that a response_url may have",
    chinese="response_url 允许的主机",
    parse=validators.hosts,
    empty=_NOBODY,
    closed=_NOBODY,
    default="hooks.slack.com,hooks.slack-gov.com",
    form="host names, separated by commas, without port",
    functions=_LOOKUPS,
)
CALLEVENTS_FC_ENDPOINT: Final = Variable(
    english="where the worker is invoked; unset: derived from account and region",
    chinese="调用 worker 的地址；不设则由账号和地域得出",
    parse=validators.base_url,
    empty="",
    form="an https URL",
    functions=FUNCTIONS,
)
CALLEVENTS_KMS_ENDPOINT: Final = Variable(
    english="the address of KMS, for `kms://…` secrets; unset: `kms.REGION.aliyuncs.com`",
    chinese="读取 `kms://…` 密钥的 KMS 地址；不设则为 `kms.REGION.aliyuncs.com`",
    parse=validators.base_url,
    empty="",
    form="an https URL",
    functions=FUNCTIONS,
)
ALIBABA_CLOUD_ACCESS_KEY_ID: Final = Variable(
    english="a key for the command line and for deploying; functions use their role",
    chinese="命令行和部署用的访问密钥；函数使用其角色",
    parse=str,
    empty="",
)
ALIBABA_CLOUD_ACCESS_KEY_SECRET: Final = Variable(english="its secret", chinese="其密钥", parse=str, empty="")
ALIBABA_CLOUD_SECURITY_TOKEN: Final = Variable(
    english="its token, where it is temporary",
    chinese="临时密钥的令牌",
    parse=str,
    empty="",
)
DEPLOY_ACCOUNT: Final = Variable(
    english="16 digits, the account to deploy to; unset: that of the key",
    chinese="要部署到的账号，16 位数字；不设则为访问密钥所属的账号",
    parse=str,
    empty="",
    deploying=True,
)
DEPLOY_REGION: Final = Variable(
    english="the region to deploy to",
    chinese="要部署到的地域",
    parse=str,
    empty="",
    default="cn-hongkong",
    deploying=True,
)
DEPLOY_ACCESS: Final = Variable(
    english="the alias of a key that `s config add` keeps",
    chinese="`s config add` 所保存密钥的别名",
    parse=str,
    empty="",
    default="default",
    deploying=True,
)
DEPLOY_ROLES: Final = Variable(
    english="`no` leaves the roles to others, and prints what they must allow",
    chinese="`no` 表示角色由他人创建，只打印所需的权限策略",
    parse=str,
    empty="",
    default="yes",
    deploying=True,
)
DEPLOY_ASSISTANT: Final = Variable(
    english="`yes`: the link makes the Slack app with what Slack's assistant asks (MCP)",
    chinese="`yes` 表示链接创建的 Slack 应用可供 Slack 的 AI 助手查询（MCP）",
    parse=str,
    empty="",
    default="no",
    deploying=True,
)
DEPLOY_KMS_KEY: Final = Variable(
    english="the id of your own key that protects `kms://…` secrets, for the roles; unset: KMS's own key",
    chinese="保护 `kms://…` 密钥的自有 KMS 密钥 id，写入角色的策略；不设则为 KMS 默认密钥",
    parse=str,
    empty="",
    deploying=True,
)
DEPLOY_RAM_ENDPOINT: Final = Variable(
    english="the address of RAM",
    chinese="RAM 的访问地址",
    parse=validators.base_url,
    empty="",
    default="https://ram.aliyuncs.com",
    form="an https URL",
    deploying=True,
)
DEPLOY_STS_ENDPOINT: Final = Variable(
    english="the address of STS, which says whose key it is",
    chinese="STS 的访问地址，用于查询访问密钥所属的账号",
    parse=validators.base_url,
    empty="",
    default="https://sts.aliyuncs.com",
    form="an https URL",
    deploying=True,
)
DEPLOY_FAILURE_DESTINATION: Final = Variable(
    english="ARN of a queue, topic or function that gets what failed for good",
    chinese="接收最终失败任务的队列、主题或函数的 ARN",
    parse=str,
    empty="",
    deploying=True,
)
DEPLOY_CONCURRENCY: Final = Variable(
    english="requests that an instance serves at once, 2 to 50 (`custom.debian12`); unset: one",
    chinese="每个实例同时处理的请求数，2 到 50（`custom.debian12`）；不设则为一个",
    parse=str,
    empty="",
    deploying=True,
)
PYTHON_VERSION: Final = Variable(
    english="`3.10` or `3.12`, the functions' Python",
    chinese="`3.10` 或 `3.12`，函数的 Python 版本",
    parse=str,
    empty="",
    default="3.10",
    deploying=True,
)


def _named(values: Mapping[str, object]) -> tuple[Variable[object], ...]:
    """Return the variables among *values* in their order, each with its name there."""
    found = {name: value for name, value in values.items() if isinstance(value, Variable)}
    for name, variable in found.items():
        variable.name = name
    return tuple(found.values())


VARIABLES: Final = _named(globals())


def settings_of(function: str) -> frozenset[str]:
    """Return the names of the variables that the *function* (`slack`, `webhook`, `worker`) needs."""
    return frozenset(variable.name for variable in VARIABLES if function in variable.functions)


def deployed_values(function: str, environ: Mapping[str, str]) -> dict[str, str]:
    """Return the environment that template.yml gives to *function* where *environ* is set."""
    return {
        variable.name: environ.get(variable.name, "") or variable.template_default or variable.default
        for variable in VARIABLES
        if function in variable.functions
    }


def form_of(name: str) -> str:
    """Return what a usable value of the variable *name* looks like: "it must be …"."""
    return next(variable.form for variable in VARIABLES if variable.name == name)
