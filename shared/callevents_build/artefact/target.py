"""The machine that the artefacts run on: Function Compute's Linux x86_64 and one version of Python."""

import os
import shutil
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

# Debian 10 (runtime python3.10) has glibc 2.28, Debian 11 (python3.12) and 12 newer ones.
_PLATFORMS = [f"manylinux_2_{minor}_x86_64" for minor in range(28, 4, -1)]
_PLATFORMS += ["manylinux2014_x86_64", "manylinux2010_x86_64", "manylinux1_x86_64", "linux_x86_64"]
RUNTIMES = ("3.10", "3.12")
# The Python at /usr/bin/python3.11 of custom.debian12, the runtime in which one instance serves many requests:
# https://help.aliyun.com/zh/functioncompute/custom-runtime/ (3.11.2, no variables to set)
CUSTOM_PYTHON = "3.11"


@dataclass(frozen=True, slots=True)
class Target:
    """A version of Python, such as 3.10."""

    version: str

    def environment(self) -> dict[str, str]:
        """Return PEP 508's variables there, whatever Python asks."""
        return {
            "implementation_name": "cpython",
            "implementation_version": f"{self.version}.0",
            "os_name": "posix",
            "platform_machine": "x86_64",
            "platform_python_implementation": "CPython",
            "platform_release": "",
            "platform_system": "Linux",
            "platform_version": "",
            "python_full_version": f"{self.version}.0",
            "python_version": self.version,
            "sys_platform": "linux",
            "extra": "",
        }

    def pip_options(self) -> list[str]:
        """Return what makes pip choose wheels for there."""
        tag = self.version.replace(".", "")
        options = ["--python-version", self.version, "--implementation", "cp", "--only-binary", ":all:"]
        # The lock says what fits there; pip 23.0 looks at the Python that it runs on.
        options += ["--ignore-requires-python"]
        options += [word for abi in (f"cp{tag}", "abi3", "none") for word in ("--abi", abi)]
        return options + [word for platform in _PLATFORMS for word in ("--platform", platform)]

    def interpreter(self, environ: Mapping[str, str] = os.environ) -> Path | None:
        """Return an interpreter of this version on this machine, None if there is none."""
        if f"{sys.version_info.major}.{sys.version_info.minor}" == self.version:
            return Path(sys.executable)
        return next((path for path in self._candidates(environ) if self._fits(path)), None)

    def _candidates(self, environ: Mapping[str, str]) -> list[Path]:
        named = shutil.which(f"python{self.version}", path=environ.get("PATH"))
        pyenv_root = Path(environ.get("PYENV_ROOT") or Path.home() / ".pyenv")
        pyenv = sorted((pyenv_root / "versions").glob(f"{self.version}.*/bin/python{self.version}"))
        managed = sorted(
            (Path.home() / ".local/share/uv/python").glob(
                f"cpython-{self.version}.*/bin/python{self.version}"
            )
        )
        system = [Path(f"/usr/bin/python{self.version}"), Path(f"/usr/local/bin/python{self.version}")]
        return [*pyenv[::-1], *managed[::-1], *([Path(named)] if named else []), *system]

    def _fits(self, path: Path) -> bool:
        """Say whether the interpreter runs (a shim may not) and is CPython of this version."""
        question = "import sys; print(sys.implementation.name, '%d.%d' % sys.version_info[:2])"
        try:
            done = subprocess.run(
                [str(path), "-I", "-c", question], check=False, capture_output=True, text=True, timeout=20
            )
        except (OSError, subprocess.TimeoutExpired):
            return False
        return done.stdout.split() == ["cpython", self.version]
