from dataclasses import fields

import pytest

from callevents.settings.model import Settings
from callevents.settings.variables import FUNCTIONS, VARIABLES, Variable, settings_of


def named(variable: Variable[object]) -> str:
    return variable.name


def test_every_name_is_registered_once_and_in_both_languages() -> None:
    names = [variable.name for variable in VARIABLES]

    assert len(set(names)) == len(names)
    assert all(variable.english and variable.chinese for variable in VARIABLES)
    assert all(variable.english.isascii() or "…" in variable.english for variable in VARIABLES)


def test_every_variable_that_a_function_needs_is_a_setting_and_the_other_way_round() -> None:
    in_settings = [each.metadata["variable"].name for each in fields(Settings) if each.metadata]
    of_functions = [variable.name for variable in VARIABLES if variable.functions]

    assert sorted(in_settings) == sorted(of_functions)
    assert sorted(frozenset().union(*map(settings_of, FUNCTIONS))) == sorted(of_functions)


@pytest.mark.parametrize("variable", [each for each in VARIABLES if each.functions], ids=named)
def test_every_setting_says_what_form_it_must_have_and_where_it_is_needed(variable: Variable[object]) -> None:
    assert variable.form
    assert list(variable.functions) == sorted(variable.functions)
    assert not variable.deploying


@pytest.mark.parametrize("variable", [each for each in VARIABLES if each.default], ids=named)
def test_a_default_is_read_as_the_value_of_what_is_not_set(variable: Variable[object]) -> None:
    assert variable.parse(variable.default) == variable.unset


def test_what_holds_a_secret_is_kept_out_of_the_representation() -> None:
    secret = {variable.name for variable in VARIABLES if variable.secret}
    hidden = {each.metadata["variable"].name for each in fields(Settings) if each.metadata and not each.repr}

    assert secret == hidden
    assert {name for name in settings_of("slack") | settings_of("webhook") if "SECRET" in name} <= secret
    assert {
        name for name in settings_of("slack") | settings_of("webhook") if name.endswith("TOKEN")
    } <= secret
