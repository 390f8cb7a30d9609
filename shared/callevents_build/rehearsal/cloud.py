"""An account with nothing in it, a contact center, a Slack workspace, and a clone of the project whose `.env` is empty.

What deploys is the real Serverless Devs; its component fc3 is fc3_component.js, which makes the same calls.
"""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO

from callevents_build.artefact.build import PROJECT, build
from callevents_sandbox import ccc, ram, slack
from callevents_sandbox.function_compute import FunctionCompute, management
from callevents_sandbox.server.serving import serve
from callevents_sandbox.slack import Workspace
from callevents_sandbox.stack import INSTANCE, ROLE

_TIMEOUT_SECONDS = 180.0
_RUNNING = f"{sys.version_info.major}.{sys.version_info.minor}"
_COMPONENT = Path(__file__).with_name("fc3_component.js")


@dataclass(frozen=True)
class Run:
    """How a command ended, and all that it printed."""

    status: int
    text: str


@dataclass
class EmptyCloud:
    """The parties, and the folder of the one who deploys."""

    folder: Path
    account: ram.RamAccount
    functions: management.Management
    center: ccc.ContactCenter
    workspace: Workspace
    urls: Mapping[str, str]
    secrets: set[str] = field(default_factory=set)

    @property
    def project(self) -> Path:
        """The clone of the project."""
        return self.folder / "project"

    @property
    def addresses(self) -> dict[str, str]:
        """The settings that lead to the parties, which in the cloud have the addresses that are the defaults."""
        return {
            "CCC_ENDPOINT": self.urls["ccc"],
            "SLACK_API_URL": f"{self.urls['slack']}/api/",
            "SLACK_RESPONSE_URL_HOSTS": "127.0.0.1",
            "CALLEVENTS_FC_ENDPOINT": self.urls["fc"],
            "DEPLOY_RAM_ENDPOINT": self.urls["ram"],
            "DEPLOY_STS_ENDPOINT": self.urls["ram"],
        }

    def paste(self, **lines: str) -> None:
        """Add *lines* to `.env`."""
        self.secrets |= {value for name, value in lines.items() if "SECRET" in name or "TOKEN" in name}
        with (self.project / ".env").open("a") as file:
            file.writelines(f"{name}={value}\n" for name, value in lines.items())

    def paste_key(self) -> None:
        """Add the key of the account and the CCC instance to `.env`."""
        self.paste(
            ALIBABA_CLOUD_ACCESS_KEY_ID=ram.KEY.id,
            ALIBABA_CLOUD_ACCESS_KEY_SECRET=ram.KEY.secret,
            CCC_INSTANCE_ID=INSTANCE,
        )

    def paste_slack(self) -> None:
        """Add what Slack's pages show of the app to `.env`."""
        app = self.workspace.app
        self.paste(SLACK_SIGNING_SECRET=app.signing_secret, SLACK_BOT_TOKEN=app.bot_token)

    def start(
        self, command: str, switches: Mapping[str, str] = {}, *, stderr: int | IO[str] = subprocess.STDOUT
    ) -> "subprocess.Popen[str]":
        """Start `make COMMAND`."""
        return subprocess.Popen(
            [sys.executable, "-m", "callevents_build.rehearsal.make", command, str(self.project)],
            env={
                "PATH": os.environ["PATH"], "HOME": str(self.folder), "TMPDIR": str(self.folder / "tmp"),
                "NODE_ENV": "test", "FC_STAND_IN": self.urls["fc"], **self.addresses, **switches,
            },
            stdout=subprocess.PIPE, stderr=stderr, text=True,
        )  # fmt: skip

    def make(self, command: str, **switches: str) -> Run:
        """Run `make COMMAND` to its end."""
        return self.end(self.start(command, switches))

    def end(self, process: "subprocess.Popen[str]") -> Run:
        """Wait for *process*."""
        try:
            text, _ = process.communicate(timeout=_TIMEOUT_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            raise
        return Run(process.returncode, text)

    def leftovers(self) -> list[Path]:
        """Return what runs left in the folder for temporary files."""
        return list((self.folder / "tmp").iterdir())


@contextmanager
def empty_cloud(folder: Path, dist: Path, make: type[EmptyCloud] = EmptyCloud) -> Iterator[EmptyCloud]:
    """Start the parties on free ports; *dist* holds what the project's build makes, *make* makes the result."""
    account = ram.RamAccount()
    center = ccc.ContactCenter(keys=(ccc.KEY, ram.KEY, ROLE), instances=(INSTANCE,))
    platform = FunctionCompute(keys=(ram.KEY, ROLE))
    workspace = Workspace(ack_timeout=20.0)
    functions = management.Management(
        platform, folder / "deployed", ROLE, role_exists=lambda arn: arn.rpartition("/")[2] in account.roles
    )
    with ExitStack() as exits:
        exits.callback(platform.close)
        urls = {
            name: exits.enter_context(serve(application))
            for name, application in (
                ("ram", ram.application(account)),
                ("ccc", ccc.application(center)),
                ("fc", management.application(functions)),
                ("slack", slack.application(workspace)),
            )
        }
        cloud = make(folder, account, functions, center, workspace, urls)
        _lay_out(cloud, dist)
        yield cloud


def _lay_out(cloud: EmptyCloud, dist: Path) -> None:
    cloud.project.mkdir(parents=True)
    (cloud.folder / "tmp").mkdir()
    for name in ("template.yml", "functions", "node_modules", "package.json"):
        (cloud.project / name).symlink_to(PROJECT / name)
    (cloud.project / "dist").symlink_to(dist)
    (cloud.project / ".env").touch()
    component = cloud.folder / ".s/components/devsapp.cn/v3/fc3@0.1.22"
    component.mkdir(parents=True)
    (component / "package.json").write_text('{"name": "fc3", "version": "0.1.22", "main": "index.js"}')
    shutil.copy(_COMPONENT, component / "index.js")
    # Checked for a newer one never again.
    (component / ".s.lock").write_text('{"version": "0.1.22", "lastUpdateCheck": 9999999999999}')


def build_once(into: Path) -> Path:
    """Build the functions for the Python that runs here; return the folder of the zips."""
    build(_RUNNING, into=into, any_version=True)
    return into / "dist"
