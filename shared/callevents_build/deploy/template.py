"""Reads template.yml as Serverless Devs does: YAML, then `${…}` in strings.

Source: https://docs.serverless-devs.com/user-guide/spec/
"""

import re
from collections.abc import Hashable, Mapping
from pathlib import Path

import yaml

_EXPRESSION = re.compile(r"\$\{([^}]*)\}")
_ENV = re.compile(r"env\('(?P<name>\w+)'(?:,\s*'(?P<default>[^']*)')?\)")
_VARS = re.compile(r"vars\.(?P<name>[\w-]+(?:\.\w+)*)")
_TYPED = re.compile(rf"yaml\((?P<of>{_ENV.pattern.replace('?P<name>', '').replace('?P<default>', '')})\)")
_EITHER = re.compile(rf"(?P<if>{_ENV.pattern.replace('?P<name>', '').replace('?P<default>', '')}) \? "
                     r"(?P<then>vars\.[\w.]+) : (?P<else>vars\.[\w.]+)")  # fmt: skip
_CHOICE = re.compile(rf"(?P<if>{_ENV.pattern.replace('?P<name>', '').replace('?P<default>', '')}) \? "
                     r"yaml\('(?P<text>[^']*)' \+ (?P<then>env\([^)]*\))\) : (?P<else>vars\.[\w-]+)")  # fmt: skip


class TemplateUnreadable(Exception):
    """The template is no YAML, or has an expression that cannot be resolved; the message says which."""


class _Strict(yaml.SafeLoader):
    """YAML in which a key stands once."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Hashable, object]:
        keys = [key.value for key, _ in node.value if isinstance(key, yaml.ScalarNode) and key.value != "<<"]
        if twice := sorted({key for key in keys if keys.count(key) > 1}):
            msg = f"{', '.join(twice)} stands twice, line {node.start_mark.line + 1}"
            raise TemplateUnreadable(msg)
        return super().construct_mapping(node, deep)


def load(path: Path) -> Mapping[str, object]:
    """Return the template as it is written, merges done. Raises TemplateUnreadable."""
    try:
        loaded = yaml.load(path.read_text("utf-8"), _Strict)  # noqa: S506 - a safe loader, made stricter
    except (yaml.YAMLError, OSError, UnicodeDecodeError) as error:
        msg = f"{path.name} cannot be read: {error}"
        raise TemplateUnreadable(msg) from error
    return mapping(loaded)


def mapping(value: object) -> Mapping[str, object]:
    """Return *value* if it is a mapping, else an empty one."""
    return value if isinstance(value, Mapping) else {}


def resolve(value: object, variables: Mapping[str, object], environ: Mapping[str, str]) -> object:
    """Return *value* with every expression in it replaced by what it means in *environ*."""
    if isinstance(value, Mapping):
        return {key: resolve(item, variables, environ) for key, item in value.items()}
    if isinstance(value, list):
        return [resolve(item, variables, environ) for item in value]
    if not isinstance(value, str):
        return value
    if whole := _EXPRESSION.fullmatch(value):
        return _evaluate(whole[1], variables, environ)
    return _EXPRESSION.sub(lambda found: str(_evaluate(found[1], variables, environ)), value)


def _evaluate(expression: str, variables: Mapping[str, object], environ: Mapping[str, str]) -> object:
    if found := _ENV.fullmatch(expression):
        text = environ.get(found["name"]) or found["default"]
        if text is None:
            msg = f"{found['name']} has no default: without it the tool stops"
            raise TemplateUnreadable(msg)
        return text
    if found := _VARS.fullmatch(expression):
        value: object = variables
        for name in found["name"].split("."):
            if name not in mapping(value):
                msg = f"vars.{found['name']} is not there"
                raise TemplateUnreadable(msg)
            value = mapping(value)[name]
        return resolve(value, variables, environ)
    if found := _TYPED.fullmatch(expression):
        return resolve(yaml.safe_load(str(_evaluate(found["of"], variables, environ))), variables, environ)
    if found := _EITHER.fullmatch(expression):
        chosen = "then" if _evaluate(found["if"], variables, environ) else "else"
        return _evaluate(found[chosen], variables, environ)
    if found := _CHOICE.fullmatch(expression):
        if not _evaluate(found["if"], variables, environ):
            return _evaluate(found["else"], variables, environ)
        text = found["text"].replace("\\n", "\n") + str(_evaluate(found["then"], variables, environ))
        return resolve(yaml.safe_load(text), variables, environ)
    msg = f"an expression that the checks do not know: ${{{expression}}}"
    raise TemplateUnreadable(msg)


def resources(template: Mapping[str, object], environ: Mapping[str, str]) -> dict[str, Mapping[str, object]]:
    """Return the resources, resolved in *environ*, by name. Raises TemplateUnreadable."""
    variables = mapping(template.get("vars"))
    found = mapping(template.get("resources"))
    return {name: mapping(resolve(resource, variables, environ)) for name, resource in found.items()}
