"""What each variable of the environment means, in the two languages of the README.

Which there are, their defaults and which function has them is not said here: the settings and template.yml know.
"""

from typing import Final, NamedTuple


class Meaning(NamedTuple):
    """One sentence each, without the default."""

    english: str
    chinese: str


MEANINGS: Final = {
    "SLACK_SIGNING_SECRET": Meaning(
        "proves that a request is Slack's; without it every request is refused",
        "证明请求来自 Slack；没有则拒绝所有请求",
    ),
    "SLACK_BOT_TOKEN": Meaning(
        "for posting alerts, forms, mentions, the guest check and languages",
        "发布告警；表单、@、访客检查和语言也需要",
    ),
    "CCC_INSTANCE_ID": Meaning("the CCC instance to ask", "要查询的 CCC 实例"),
    "CCC_INSTANCES": Meaning(
        "further instances that may be asked, `alias=instance,…`: `/callevents … in alias`",
        "其他可以查询的实例，`alias=instance,…`（别名=实例），查询时写 `/callevents … in alias`",
    ),
    "CCC_ENDPOINT": Meaning("where CCC is asked", "CCC 的访问地址"),
    "CALLEVENTS_TEAMS": Meaning("workspaces that may ask; unset: all", "可以查询的工作区；不设则全部"),
    "CALLEVENTS_USERS": Meaning("people who may ask; unset: all", "可以查询的用户；不设则全部"),
    "CALLEVENTS_USERGROUPS": Meaning(
        "user groups whose members may ask; unset: all", "成员可以查询的用户组；不设则全部"
    ),
    "CALLEVENTS_DENY_GUESTS": Meaning("`false` lets guests ask", "`false` 允许访客查询"),
    "CALLEVENTS_FULL_NUMBERS_USERS": Meaning(
        "people who may reveal full numbers; unset: nobody", "可以显示完整号码的用户；不设则无人"
    ),
    "CALLEVENTS_FULL_NUMBERS_USERGROUPS": Meaning(
        "user groups whose members may reveal them", "成员可以显示完整号码的用户组"
    ),
    "CALLEVENTS_LANGUAGE": Meaning(
        "`auto` (the asker's Slack locale), `en` or `zh-CN`", "`auto`（提问者的 Slack 语言）、`en` 或 `zh-CN`"
    ),
    "CALLEVENTS_TIMEZONE": Meaning("the site's time zone", "现场所在时区"),
    "CALLEVENTS_WORKER": Meaning(
        "the function that takes over what needs longer, and looks alerts up",
        "接手耗时查询、处理告警的函数",
    ),
    "CALLEVENTS_CHANNEL": Meaning("the id of the channel for alerts", "告警频道的 id"),
    "CALLEVENTS_CHANNELS": Meaning(
        "further channels that `?channel=` may name", "`?channel=` 可以指定的其他频道"
    ),
    "CALLEVENTS_WEBHOOK_SECRET": Meaning(
        "HMAC secrets of senders, a list; `grafana:…` binds one to its route",
        "发送方的 HMAC 密钥列表；`grafana:…` 绑定到该路由",
    ),
    "CALLEVENTS_WEBHOOK_TOKEN": Meaning(
        "tokens of senders, in the same form; neither set: every alert is refused",
        "发送方的令牌列表，形式相同；两者都不设则拒绝所有告警",
    ),
    "CALLEVENTS_EVENTBRIDGE_CERTIFICATE": Meaning(
        "EventBridge's signing certificate (PEM): then only signed events are taken",
        "EventBridge 的签名证书（PEM）：设置后只接受签名的事件",
    ),
    "CALLEVENTS_CCC_EVENTS": Meaning(
        "events of CCC's own push that deserve a post", "CCC 自身推送中值得发帖的事件"
    ),
    "CALLEVENTS_LOG_LEVEL": Meaning("how much is logged", "日志级别"),
    "SLACK_API_URL": Meaning("where Slack's Web API is", "Slack Web API 的地址"),
    "SLACK_RESPONSE_URL_HOSTS": Meaning("hosts that a response_url may have", "response_url 允许的主机"),
    "CALLEVENTS_FC_ENDPOINT": Meaning(
        "where the worker is invoked; unset: derived from account and region",
        "调用 worker 的地址；不设则由账号和地域得出",
    ),
    "CALLEVENTS_KMS_ENDPOINT": Meaning(
        "where KMS is asked for `kms://…` secrets; unset: `kms.REGION.aliyuncs.com`",
        "读取 `kms://…` 密钥的 KMS 地址；不设则为 `kms.REGION.aliyuncs.com`",
    ),
    "ALIBABA_CLOUD_ACCESS_KEY_ID": Meaning(
        "a key for the command line and for deploying; functions use their role",
        "命令行和部署用的访问密钥；函数使用其角色",
    ),
    "ALIBABA_CLOUD_ACCESS_KEY_SECRET": Meaning("its secret", "其密钥"),
    "ALIBABA_CLOUD_SECURITY_TOKEN": Meaning("its token, where it is temporary", "临时密钥的令牌"),
    "DEPLOY_ACCOUNT": Meaning("16 digits, the account to deploy to", "要部署到的账号，16 位数字"),
    "DEPLOY_REGION": Meaning("the region to deploy to", "要部署到的地域"),
    "DEPLOY_ACCESS": Meaning(
        "the alias of a key that `s config add` keeps", "`s config add` 所保存密钥的别名"
    ),
    "DEPLOY_FAILURE_DESTINATION": Meaning(
        "ARN of a queue, topic or function that gets what failed for good",
        "接收最终失败任务的队列、主题或函数的 ARN",
    ),
    "DEPLOY_CONCURRENCY": Meaning(
        "requests that an instance serves at once, 2 to 50 (`custom.debian12`); unset: one",
        "每个实例同时处理的请求数，2 到 50（`custom.debian12`）；不设则为一个",
    ),
    "PYTHON_VERSION": Meaning(
        "`3.10` or `3.12`, the functions' Python", "`3.10` 或 `3.12`，函数的 Python 版本"
    ),
}
