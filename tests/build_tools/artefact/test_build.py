from pathlib import Path

import pytest

from callevents.runtime.server import THREADS
from callevents_build.__main__ import build_for
from callevents_build.artefact.build import build
from callevents_build.deploy.limits import max_concurrency
from callevents_build.errors import BuildFailed


def test_a_version_that_the_custom_runtime_lacks_is_refused(tmp_path: Path) -> None:
    with pytest.raises(BuildFailed, match=r"no Python 3\.10"):
        build("3.10", into=tmp_path, custom=True)


@pytest.mark.parametrize("at_once", ["0", "1", "51", "many", " 20"])
def test_nothing_is_built_for_more_at_once_than_an_instance_can_serve(at_once: str) -> None:
    with pytest.raises(BuildFailed, match="DEPLOY_CONCURRENCY is not a number from 2 to 50"):
        build_for({"DEPLOY_CONCURRENCY": at_once})


def test_an_instance_has_a_thread_for_each_request_that_it_may_get() -> None:
    assert THREADS == max_concurrency()


@pytest.mark.parametrize("version", ["3.11", "3.9", "", "x", "3.10; echo"])
def test_a_version_that_function_compute_lacks_is_refused(version: str, tmp_path: Path) -> None:
    with pytest.raises(BuildFailed, match=r"choose PYTHON_VERSION=3\.10 or 3\.12"):
        build(version, into=tmp_path)
