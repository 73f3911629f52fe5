"""What is installed is complete, pinned, and needs Python only."""

import json
import re
import shutil
import tomllib
import zipfile
from importlib.util import module_from_spec, spec_from_file_location
from itertools import chain
from pathlib import Path

import pytest
import yaml
from hatchling.builders.wheel import WheelBuilder
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parent.parent
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())


def load_hook():
    spec = spec_from_file_location("hatch_build", ROOT / "hatch_build.py")
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def hook():
    return load_hook()


@pytest.fixture(scope="module")
def wheel(tmp_path_factory):
    """The paths inside a wheel built from this tree."""
    folder = tmp_path_factory.mktemp("wheel")
    [built] = WheelBuilder(str(ROOT)).build(
        directory=str(folder), versions=["standard"]
    )
    with zipfile.ZipFile(built) as archive:
        return set(archive.namelist())


def test_wheel_holds_every_file_of_the_packages(wheel):
    inside = {
        path.relative_to(ROOT).as_posix()
        for package in ("calendars", "integrations", "orchestrator")
        for path in (ROOT / package).rglob("*")
        if path.is_file()
        and path.suffix
        in {".py", ".typed", ".html", ".css", ".js", ".po", ".mako", ".svg", ".woff2"}
    }

    assert inside - wheel == set()


def test_wheel_holds_libraries_with_their_licences_and_the_examples(wheel, hook):
    wanted = {f"orchestrator/pages/static/vendor/{name}" for name in hook.LIBRARIES}
    examples = {
        f"orchestrator/{p.relative_to(ROOT)}" for p in (ROOT / "examples").iterdir()
    }

    assert (wanted | examples) - wheel == set()


def test_wheel_holds_nothing_else_of_the_tree(wheel):
    tops = {name.split("/")[0] for name in wheel}

    assert {top for top in tops if not top.endswith(".dist-info")} == {
        "calendars",
        "integrations",
        "orchestrator",
    }


def test_libraries_are_not_fetched_again_when_in_step(hook):
    assert hook.fetch_libraries(ROOT) is False


def test_changed_lock_fetches_again_and_says_what_is_wrong(hook, tmp_path):
    for name in hook.NPM_FILES:
        shutil.copyfile(ROOT / name, tmp_path / name)
    shutil.copytree(ROOT / hook.VENDOR, tmp_path / hook.VENDOR)
    (tmp_path / "package-lock.json").write_text("{")

    with pytest.raises(RuntimeError, match=r"package-lock\.json; check the network"):
        hook.fetch_libraries(tmp_path)


def test_fonts_are_the_subsets_that_were_meant(hook):
    sizes = {
        name: round((ROOT / hook.VENDOR / name).stat().st_size / 1000)
        for name in hook.LIBRARIES
        if name.endswith(".woff2")
    }

    assert sizes == {
        "source-sans-3-latin.woff2": 29,
        "source-sans-3-latin-ext.woff2": 60,
    }


def test_npm_packages_are_pinned_by_hash_and_name_no_place():
    wanted = json.loads((ROOT / "package.json").read_text())
    locked = json.loads((ROOT / "package-lock.json").read_text())["packages"]
    root = locked.pop("")
    kinds = ("dependencies", "devDependencies", "optionalDependencies")

    versions = {
        name: locked[f"node_modules/{name}"]["version"]
        for kind in kinds
        for name in wanted[kind]
    }

    assert versions == {n: v for kind in kinds for n, v in wanted[kind].items()}
    assert [root[kind] for kind in kinds] == [wanted[kind] for kind in kinds]
    assert [n for n, one in locked.items() if "integrity" not in one] == []
    assert [n for n, one in locked.items() if "resolved" in one] == []


def test_build_needs_are_the_locked_ones():
    assert PROJECT["build-system"]["requires"] == PROJECT["dependency-groups"]["build"]


def test_locks_hold_every_dependency_in_the_versions_asked_for():
    groups = PROJECT["dependency-groups"]
    asked = {
        "run": PROJECT["project"]["dependencies"],
        "build": groups["build"],
        "test": [*PROJECT["project"]["dependencies"], *chain(*groups.values())],
    }

    missing = {
        str(wanted)
        for lock, lines in asked.items()
        for wanted in map(Requirement, lines)
        if not wanted.specifier.contains(
            locked(lock).get(canonicalize_name(wanted.name), "0")
        )
    }

    assert missing == set()


def locked(name):
    """The versions in a lock by the names of their packages."""
    text = (ROOT / f"requirements/{name}.txt").read_text()
    return dict(re.findall(r"^([^=\s]+)==(\S+)", text, flags=re.MULTILINE))


def test_compose_keeps_no_secret_and_watches_every_service():
    compose = yaml.safe_load((ROOT / "docker-compose.yml").read_text())
    services = compose["services"]
    secrets = [
        services["service"]["environment"]["ORCHESTRATOR_SECRET"],
        services["service"]["environment"]["ORCHESTRATOR_VIDEO__MAIN__SECRET"],
        services["postgres"]["environment"]["POSTGRES_PASSWORD"],
    ]
    mounted = {
        volume.split(":")[0]
        for service in services.values()
        for volume in service.get("volumes", ())
    }

    assert sorted(services) == ["livekit", "postgres", "service", "valkey"]
    assert [n for n, one in services.items() if "healthcheck" not in one] == []
    assert [secret.partition(":?")[1] for secret in secrets] == [":?"] * 3
    assert mounted == set(compose["volumes"])


def test_image_does_not_run_as_root_and_is_watched():
    last = (ROOT / "Dockerfile").read_text().rpartition("\nFROM ")[2]
    steps = [line.partition(" ")[0] for line in last.splitlines()]

    assert "\nUSER orchestrator\n" in last
    assert "/healthz" in last
    assert steps.index("USER") < steps.index("ENTRYPOINT")
