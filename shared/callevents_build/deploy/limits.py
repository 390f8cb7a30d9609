"""What Function Compute and the fc3 component allow.

Sources: https://github.com/devsapp/fc3 (property names and ranges),
https://help.aliyun.com/zh/functioncompute/fc/product-overview/billing-overview-of-fc (vCPU against memory).
"""

from collections.abc import Callable, Iterator, Mapping
from typing import Final


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


PROPERTIES: Final = _words("""
    annotations asyncInvokeConfig code concurrencyConfig cpu customContainerConfig customDNS customRuntimeConfig
    description diskSize enableLongLiving endpoint environmentVariables functionName gpuConfig handler
    instanceConcurrency instanceIsolationMode instanceLifecycleConfig internetAccess layers logConfig memorySize
    nasConfig ossMountConfig provisionConfig region resourceGroupId role runtime scalingConfig sessionAffinity
    sessionAffinityConfig supplement tags timeout tracingConfig triggers vpcBinding vpcConfig
""")
# Names inside a property, by its path; `[]` is each item of a list.
INSIDE: Final[Mapping[str, frozenset[str]]] = {
    "asyncInvokeConfig": _words(
        "asyncTask destinationConfig maxAsyncEventAgeInSeconds maxAsyncRetryAttempts qualifier"
    ),
    "asyncInvokeConfig.destinationConfig": _words("onSuccess onFailure"),
    "asyncInvokeConfig.destinationConfig.onSuccess": _words("destination"),
    "asyncInvokeConfig.destinationConfig.onFailure": _words("destination"),
    "concurrencyConfig": _words("reservedConcurrency"),
    "customRuntimeConfig": _words("command args port healthCheckConfig"),
    "instanceLifecycleConfig": _words("initializer preStop"),
    "instanceLifecycleConfig.initializer": _words("handler timeout command"),
    "instanceLifecycleConfig.preStop": _words("handler timeout command"),
    "logConfig": _words(
        "project logstore enableRequestMetrics enableInstanceMetrics enableLlmMetrics logBeginRule"
    ),
    "triggers[]": _words(
        "triggerName triggerType triggerConfig qualifier description invocationRole sourceArn"
    ),
    "triggers[].triggerConfig": _words("authType methods disableURLInternet authConfig"),
}
REGIONS: Final = _words("""
    ap-northeast-1 ap-northeast-2 ap-south-1 ap-southeast-1 ap-southeast-2 ap-southeast-3 ap-southeast-5
    ap-southeast-7 cn-beijing cn-chengdu cn-hangzhou cn-hongkong cn-huhehaote cn-qingdao cn-shanghai cn-shenzhen
    cn-zhangjiakou eu-central-1 eu-west-1 us-east-1 us-west-1
""")
REQUIRED: Final = (
    "region",
    "functionName",
    "runtime",
    "code",
    "handler",
    "role",
    "timeout",
    "cpu",
    "memorySize",
)
ENVIRONMENT_BYTES: Final = 4096
DISKS: Final = (512, 10240)
# Of the requests that an instance serves at once. Function Compute allows 200; the server has fewer threads.
MOST_AT_ONCE: Final = 50


def whole(least: int, most: int, step: int = 1) -> Callable[[object], bool]:
    """Return the test for a whole number in a range, a multiple of *step*."""
    return lambda value: type(value) is int and least <= value <= most and value % step == 0


def _is_cpu(value: object) -> bool:
    if not isinstance(value, int | float) or isinstance(value, bool):
        return False
    steps = value / 0.05
    return 0.05 <= value <= 16 and abs(steps - round(steps)) < 1e-6  # noqa: PLR2004 - the numbers are the rule


# Each number by its path, with what it may be.
NUMBERS: Final[Mapping[str, tuple[Callable[[object], bool], str]]] = {
    "timeout": (whole(1, 86400), "1 to 86400 seconds"),
    "memorySize": (whole(128, 32768, 64), "128 to 32768 MB, a multiple of 64"),
    "diskSize": (lambda value: type(value) is int and value in DISKS, "512 or 10240 MB"),
    "cpu": (_is_cpu, "0.05 to 16, a multiple of 0.05"),
    "concurrencyConfig.reservedConcurrency": (whole(1, 10_000), "a whole number above 0"),
    "instanceConcurrency": (whole(1, MOST_AT_ONCE), f"1 to {MOST_AT_ONCE}"),
    "asyncInvokeConfig.maxAsyncRetryAttempts": (whole(0, 8), "0 to 8"),
    "asyncInvokeConfig.maxAsyncEventAgeInSeconds": (whole(1, 604_800), "1 to 604800 seconds"),
    "instanceLifecycleConfig.initializer.timeout": (whole(1, 300), "1 to 300 seconds"),
    "instanceLifecycleConfig.preStop.timeout": (whole(1, 90), "1 to 90 seconds"),
}


def fits(cpu: object, memory: object) -> bool:
    """Say whether vCPU and memory fit together: 1 to 4 GB for each vCPU."""
    if not isinstance(cpu, int | float) or not isinstance(memory, int | float) or not cpu:
        return False
    return 1 <= memory / 1024 / cpu <= 4  # noqa: PLR2004 - the numbers are the rule


def at(properties: object, path: str) -> Iterator[object]:
    """Yield what stands at *path* below *properties*."""
    first, _, rest = path.partition(".")
    each = first.endswith("[]")
    found = properties.get(first.removesuffix("[]")) if isinstance(properties, Mapping) else None
    for value in found if each and isinstance(found, list) else [found]:
        if value is not None:
            yield from at(value, rest) if rest else [value]
