"""What `make deploy` says: which of its steps is done, and what is next, to be typed or pasted as it stands."""

from collections.abc import Iterable, Mapping
from typing import Final

STEPS: Final = ("account", "roles", "functions", "Slack app", "secrets")
_INDENT: Final = " " * 10


class Guide:
    """Prints the steps of one run; `is_plan` is a run that changes nothing."""

    def __init__(self, *, is_plan: bool = False) -> None:
        self.is_plan = is_plan
        self.changed = False

    def step(self, name: str, text: str, details: Iterable[str] = ()) -> None:
        """Say how far the step called *name* is."""
        print(f"{_number(name)}  {name}: {text}", flush=True)
        for each in details:
            self.detail(each)

    def detail(self, text: str) -> None:
        """Say one thing more about the last step."""
        print(f"{_INDENT}{text}", flush=True)

    def next(self, name: str, sentence: str, lines: Iterable[str]) -> None:
        """End the run: say which step comes next and what a person does for it."""
        print(f"\nNext, {_number(name)}: {sentence}")
        for line in lines:
            print(f"  {line}".rstrip())


def to_paste(variables: Mapping[str, str]) -> list[str]:
    """Return a line for `.env` for each of *variables*, with where its value is found."""
    width = max(map(len, variables), default=0)
    return [f"{name}=…{' ' * (width - len(name))}  # {place}" for name, place in variables.items()]


def _number(name: str) -> str:
    return f"{STEPS.index(name) + 1} of {len(STEPS)}"
