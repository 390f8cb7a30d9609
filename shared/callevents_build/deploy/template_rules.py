"""What must be true of template.yml; Serverless Devs and its schema miss most of it."""

import ast
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from callevents.settings.model import Settings
from callevents_build.artefact.function_folder import FUNCTIONS
from callevents_build.artefact.target import CUSTOM_RUNTIME, RUNTIMES
from callevents_build.deploy import limits
from callevents_build.deploy.function_settings import other_defaults, unwired
from callevents_build.deploy.template import TemplateUnreadable, load, mapping, resources

METHODS = {"slack": ["POST"], "webhook": ["POST", "PUT"], "worker": None}
# Who may do what: each function its own role, and no more than this. Function Compute writes a function's log with the
# function's own role, where it has one (devsapp/fc3 asks for the service-linked role only where it has none).
_LOG = "log:PostLogStoreLogs"
ACTIONS = {
    "slack": {"ccc:ListNotificationRecords", "fc:InvokeFunction", _LOG},
    "webhook": {"fc:InvokeFunction", _LOG},
    "worker": {"ccc:ListNotificationRecords", "fc:InvokeFunction", _LOG},
}
# A secret stands in the environment of those that have a use for it; alerts are posted by the worker.
OWN = {
    "SLACK_SIGNING_SECRET": {"slack"},
    "SLACK_BOT_TOKEN": {"slack", "worker"},
    "CALLEVENTS_WEBHOOK_SECRET": {"webhook"},
    "CALLEVENTS_WEBHOOK_TOKEN": {"webhook"},
}
# Slack waits 3 s, senders of alerts 5 to 10; the worker looks up for 40 s and posts for 15.
TIMEOUTS = {"slack": (3, 30), "webhook": (5, 60), "worker": (60, 900)}
# What waits longer than this answers to a response_url that is dead (1800 s) before the last retry is done.
OLDEST_EVENT = 1500
_NAME = re.compile(r"[A-Za-z_][0-9A-Za-z_-]{0,63}")
_ROLE = re.compile(r"acs:ram::\d{16}:role/[0-9A-Za-z._-]{1,64}")
_VARIABLE = re.compile(r"[A-Za-z][0-9A-Za-z_]*")
_SECRETS = re.compile(
    r"xox[a-z]-[\w-]{8,}|xapp-\w+|\bLTAI[0-9A-Za-z]{10,}|\bSTS\.\w{8,}|-----BEGIN|\b[0-9a-f]{32,}\b|"
    r"env\('\w*(?:SECRET|TOKEN|KEY)\w*',\s*'[^']+'\)|(?i:[\w-]*(?:secret|token|password|access_?key)[\w-]*)\s*:\s*['\"]?(?!\$\{)[^\s'\"#&*|>{\[]{4,}"
)


class _Asked(dict[str, str]):
    """An empty environment that remembers what it was asked for."""

    def __init__(self) -> None:
        super().__init__()
        self.names: list[str] = []

    def get(self, name: str, default: str = "") -> str:  # type: ignore[override]  # all that Settings asks
        self.names.append(name)
        return default


def setting_names() -> list[str]:
    """Return the names of all settings, as the code asks for them."""
    asked = _Asked()
    Settings.from_environ(asked)
    return asked.names


@dataclass(frozen=True, slots=True)
class Resource:
    """One function of the template, resolved in an environment where each variable holds its own name."""

    name: str
    properties: Mapping[str, object]
    project: Path


def problems(path: Path, project: Path) -> Iterator[str]:
    """Yield a sentence for everything that is wrong with the template at *path*; nothing means that it is right."""
    try:
        template = load(path)
        plain = resources(template, {})
        many = resources(template, {"DEPLOY_CONCURRENCY": "20"})
        wired = resources(template, {name: f"<{name}>" for name in setting_names()})
    except TemplateUnreadable as error:
        yield str(error)
        return
    yield from _frame(template)
    yield from (f"a secret in the file, line {number}" for number, line in enumerate(
        path.read_text("utf-8").splitlines(), 1) if _SECRETS.search(line))  # fmt: skip
    for name in FUNCTIONS:
        if name not in plain:
            yield f"no resource {name}"
    said: dict[str, None] = {}
    for name, resource in (*plain.items(), *many.items()):
        if resource.get("component") != "fc3":
            said[f"{name}: component is not fc3"] = None
        found = Resource(name, mapping(resource.get("props")), project)
        for rule in (
            _names,
            _required,
            _numbers,
            _choices,
            _runtime,
            _code,
            _triggers,
            _asynchronous,
            _policy,
        ):
            said |= dict.fromkeys(f"{name}: {problem}" for problem in rule(found))
    yield from said
    yield from (
        f"{name}: DEPLOY_CONCURRENCY makes no custom runtime of it"
        for name, resource in many.items()
        if mapping(resource.get("props")).get("runtime") != CUSTOM_RUNTIME
    )
    yield from _twice(plain)
    yield from _environment(plain, wired)


def _frame(template: Mapping[str, object]) -> Iterator[str]:
    if template.get("edition") != "3.0.0":
        yield "edition is not 3.0.0"
    if "${" in str(template.get("access")):
        yield "access has an expression, and Serverless Devs computes none there"
    for key in sorted(set(template) - {"edition", "name", "access", "vars", "resources", "actions"}):
        yield f"unknown name at the top: {key}"


def _names(resource: Resource) -> Iterator[str]:
    for name in sorted(set(resource.properties) - limits.PROPERTIES):
        yield f"unknown property {name}"
    for path, known in limits.INSIDE.items():
        for value in limits.at(resource.properties, path):
            for name in sorted(set(mapping(value)) - known):
                yield f"unknown property {path}.{name}"


def _required(resource: Resource) -> Iterator[str]:
    for name in limits.REQUIRED:
        if resource.properties.get(name) in (None, ""):
            yield f"{name} is missing"


def _numbers(resource: Resource) -> Iterator[str]:
    for path, (right, what) in limits.NUMBERS.items():
        for value in limits.at(resource.properties, path):
            if not right(value):
                yield f"{path} is {value!r}, not {what}"
    cpu, memory = resource.properties.get("cpu"), resource.properties.get("memorySize")
    if not limits.fits(cpu, memory):
        yield f"cpu {cpu!r} and memorySize {memory!r} do not fit: 1 to 4 GB for each vCPU"


def _choices(resource: Resource) -> Iterator[str]:
    properties = resource.properties
    if not _NAME.fullmatch(str(properties.get("functionName"))):
        yield f"functionName {properties.get('functionName')!r} is none"
    if properties.get("region") not in limits.REGIONS:
        yield f"region {properties.get('region')!r} is unknown"
    if not _ROLE.fullmatch(str(properties.get("role"))):
        yield f"role {properties.get('role')!r} is no role"
    least, most = TIMEOUTS.get(resource.name, (1, 86400))
    timeout = properties.get("timeout")
    if type(timeout) is int and not least <= timeout <= most:
        yield f"timeout is {timeout}, and its work takes {least} to {most} seconds"
    if properties.get("internetAccess", True) is not True:
        yield "internetAccess is not true: it could reach neither Slack nor the contact center"
    if "concurrencyConfig" not in properties:
        yield "nothing caps what it may cost: concurrencyConfig.reservedConcurrency"
    log = properties.get("logConfig")
    if log != "auto" and not {"project", "logstore"} <= set(mapping(log)):
        yield "logConfig is neither auto nor a project and a logstore"


def _runtime(resource: Resource) -> Iterator[str]:
    properties = resource.properties
    runtime, at_once = properties.get("runtime"), properties.get("instanceConcurrency", 1)
    if runtime == CUSTOM_RUNTIME:
        if properties.get("instanceLifecycleConfig"):
            yield "instanceLifecycleConfig would post to /initialize, which is a path like any other here"
        return
    if runtime not in {f"python{version}" for version in RUNTIMES}:
        yield f"runtime {runtime!r} is not {', '.join(f'python{version}' for version in RUNTIMES)} or {CUSTOM_RUNTIME}"
    if at_once != 1:
        yield "instanceConcurrency is for custom runtimes only"


def _code(resource: Resource) -> Iterator[str]:
    code = resource.properties.get("code")
    folder = "./build/custom" if resource.properties.get("runtime") == CUSTOM_RUNTIME else "./build"
    if code != f"{folder}/{resource.name}":
        yield f"code {code!r} is not {folder}/{resource.name}"
    handlers = [resource.properties.get("handler")]
    handlers += limits.at(resource.properties, "instanceLifecycleConfig.initializer.handler")
    handlers += limits.at(resource.properties, "instanceLifecycleConfig.preStop.handler")
    for handler in handlers:
        module, _, name = str(handler).rpartition(".")
        if name not in _defined(resource.project / "functions" / resource.name / f"{module}.py"):
            yield f"handler {handler!r} is not in functions/{resource.name}"


def _defined(path: Path) -> set[str]:
    """Return the names that the module at *path* defines, none where there is no such file."""
    names: set[str] = set()
    for node in ast.parse(path.read_bytes()).body if path.is_file() else []:
        if isinstance(node, ast.FunctionDef):
            names.add(node.name)
        elif isinstance(node, ast.Assign):
            names |= {target.id for target in node.targets if isinstance(target, ast.Name)}
    return names


def _triggers(resource: Resource) -> Iterator[str]:
    triggers = resource.properties.get("triggers") or []
    methods = METHODS.get(resource.name)
    if methods is None:
        if triggers:
            yield "has a trigger and must have none"
        return
    if not isinstance(triggers, list) or len(triggers) != 1:
        yield "must have one trigger"
        return
    trigger = mapping(triggers[0])
    config = mapping(trigger.get("triggerConfig"))
    if trigger.get("triggerType") != "http" or not trigger.get("triggerName"):
        yield "the trigger is not a named http trigger"
    if config.get("authType") != "anonymous":
        yield f"authType {config.get('authType')!r} is not anonymous: the senders cannot sign as Alibaba Cloud"
    if config.get("methods") != methods:
        yield f"methods {config.get('methods')!r} are not {methods}"


def _asynchronous(resource: Resource) -> Iterator[str]:
    config = resource.properties.get("asyncInvokeConfig")
    if resource.name != "worker":
        if config is not None:
            yield "asyncInvokeConfig belongs to the worker"
        return
    if mapping(config).get("asyncTask") is not True:
        yield "asyncInvokeConfig.asyncTask is not true: repeated task ids would run twice"
    if "destinationConfig" not in mapping(config):
        yield "asyncInvokeConfig.destinationConfig is missing: what fails for good would leave no trace"
    if "maxAsyncRetryAttempts" not in mapping(config):
        yield "asyncInvokeConfig.maxAsyncRetryAttempts is missing"
    age = mapping(config).get("maxAsyncEventAgeInSeconds")
    if not isinstance(age, int) or age > OLDEST_EVENT:
        yield f"asyncInvokeConfig.maxAsyncEventAgeInSeconds is {age!r}, not {OLDEST_EVENT} or less"


def _policy(resource: Resource) -> Iterator[str]:
    path = resource.project / "functions" / resource.name / "policy.json"
    try:
        statements = json.loads(path.read_text("utf-8"))["Statement"]
        actions = {action for each in statements for action in _listed(each["Action"])}
    except (OSError, ValueError, KeyError, TypeError):
        yield "policy.json cannot be read"
        return
    if actions != ACTIONS.get(resource.name):
        yield f"policy.json allows {', '.join(sorted(actions))}"


def _listed(value: object) -> list[str]:
    return [str(each) for each in value] if isinstance(value, list) else [str(value)]


def _twice(found: Mapping[str, Mapping[str, object]]) -> Iterator[str]:
    for key in ("functionName", "role", "code"):
        values = [str(mapping(resource.get("props")).get(key)) for resource in found.values()]
        for value in sorted({value for value in values if values.count(value) > 1}):
            yield f"{key} {value} stands at more than one function"


def _environment(
    plain: Mapping[str, Mapping[str, object]], wired: Mapping[str, Mapping[str, object]]
) -> Iterator[str]:
    settings = set(setting_names())
    seen: set[str] = set()
    for name, resource in wired.items():
        variables = mapping(mapping(resource.get("props")).get("environmentVariables"))
        for variable, value in variables.items():
            if not _VARIABLE.fullmatch(str(variable)) or str(variable).startswith(("FC_", "ALIBABA_CLOUD_")):
                yield f"{name}: {variable} is reserved or no name"
            elif variable not in settings:
                yield f"{name}: {variable} is no setting"
            elif value != f"<{variable}>":
                yield f"{name}: {variable} is not wired to the environment"
            elif name not in OWN.get(variable, {name}):
                yield f"{name}: {variable} is no business of it"
            else:
                seen.add(variable)
        yield from (f"{name}: {setting} is not wired to it" for setting in unwired(name, variables))
    for setting in sorted(settings - seen):
        yield f"{setting} is wired nowhere"
    for name, resource in plain.items():
        variables = mapping(mapping(resource.get("props")).get("environmentVariables"))
        yield from (
            f"{name}: {key} is no text" for key, value in variables.items() if not isinstance(value, str)
        )
        yield from (f"{name}: the default of {key} is not the code's" for key in other_defaults(variables))
        size = sum(len(str(key).encode()) + len(str(value).encode()) for key, value in variables.items())
        if size > limits.ENVIRONMENT_BYTES:
            yield f"{name}: the environment has {size} bytes, more than {limits.ENVIRONMENT_BYTES}"
