"""Runs `python -m callevents.cli`."""

import sys

from callevents.cli import main

sys.exit(main())
