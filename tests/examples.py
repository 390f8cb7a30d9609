"""How many examples a property is tried with: few by default, so that the pure tests take seconds; all with THOROUGH=1.

`make test`, and so `make check`, sets THOROUGH=1.
"""

import os
from typing import Final

from hypothesis import settings

THOROUGH: Final = bool(os.environ.get("THOROUGH"))
FEW: Final = 10


def examples(count: int) -> settings:
    """Return the settings of a property that is worth *count* examples."""
    return settings(max_examples=count if THOROUGH else min(count, FEW))
