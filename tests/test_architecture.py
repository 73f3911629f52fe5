"""Promises about the code itself that no single test would notice breaking."""

import ast
import re
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
PACKAGES = ("calendars", "integrations", "orchestrator")
FEATURES = (
    "access",
    "admission",
    "archive",
    "attendance",
    "feeds",
    "programme",
    "registration",
    "rooms",
    "stage",
)
MAY_DO_IO = {"routes", "service", "store", "tables", "schemas", "events"}
HEAVY = {"aiohttp", "sqlmodel", "sqlalchemy", "redis", "socket", "subprocess"}
LONGEST_MODULE = 400
LONGEST_FUNCTION = 30
READS_THE_TIME = {
    ("date", "today"),
    ("datetime", "now"),
    ("datetime", "today"),
    ("datetime", "utcnow"),
    ("time", "time"),
    ("time", "time_ns"),
}
READS_THE_ENVIRONMENT = {("os", "environ"), ("os", "getenv")}


def modules(*folders):
    return [path for name in folders for path in sorted((ROOT / name).rglob("*.py"))]


def code():
    """Path below the root, and syntax tree, of every module of the packages."""
    for path in modules(*PACKAGES):
        yield path.relative_to(ROOT).as_posix(), ast.parse(path.read_text())


def imported(path):
    """Top-level names of every package imported anywhere in the file."""
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            yield from (alias.name.split(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield (node.module or "").split(".")[0]


def attributes(tree):
    """Every ``name.attribute`` in the tree, as a pair."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute):
            base = node.value
            yield (getattr(base, "id", getattr(base, "attr", None)), node.attr)


def functions(tree):
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node


def length(function):
    """Lines of a function's body without its docstring."""
    body = function.body[1:] if ast.get_docstring(function) else function.body
    return body[-1].end_lineno - body[0].lineno + 1 if body else 0


@pytest.fixture(scope="module")
def committed():
    """The text files that git holds or would hold, by their path below the root."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    if listed.returncode != 0:
        pytest.skip("not a git work tree")
    texts = {}
    for name in filter(None, listed.stdout.split("\0")):
        try:
            texts[name] = (ROOT / name).read_text(encoding="utf-8")
        except (UnicodeDecodeError, FileNotFoundError):
            continue
    return texts


@pytest.mark.parametrize("feature", FEATURES)
def test_rules_of_a_feature_are_pure(feature):
    offenders = {
        path.relative_to(ROOT).as_posix(): names
        for path in modules(f"orchestrator/{feature}")
        if path.stem not in MAY_DO_IO and (names := HEAVY & set(imported(path)))
    }

    assert offenders == {}


def test_no_module_outgrows_its_reader():
    lengths = {
        path.relative_to(ROOT).as_posix(): len(path.read_text().splitlines())
        for path in modules(*PACKAGES, "benchmarks")
    }

    assert {name: n for name, n in lengths.items() if n > LONGEST_MODULE} == {}


def test_no_function_outgrows_its_reader():
    lengths = {
        f"{name}:{function.lineno} {function.name}": length(function)
        for name, tree in code()
        if "/migrations/versions/" not in name
        for function in functions(tree)
    }

    assert {name: n for name, n in lengths.items() if n > LONGEST_FUNCTION} == {}


def test_every_module_says_what_it_is():
    silent = [
        name for name, tree in code() if tree.body and not ast.get_docstring(tree)
    ]

    assert silent == []


def test_only_the_clock_reads_the_time():
    readers = {
        name: found
        for name, tree in code()
        if (found := READS_THE_TIME & set(attributes(tree)))
    }

    assert readers == {"orchestrator/clock.py": {("datetime", "now")}}


def test_only_the_settings_read_the_environment():
    readers = {
        name: found
        for name, tree in code()
        if name != "orchestrator/settings.py"
        and (found := READS_THE_ENVIRONMENT & set(attributes(tree)))
    }

    assert readers == {}


def test_no_file_names_a_registry_or_a_machine(committed):
    # In pieces, or this file would name them.
    hosts = [("registry", "npmjs"), ("pypi", "org"), ("files", "pythonhosted")]
    folders = ["root", "work", "home/[a-z]+"]
    named = re.compile(
        "|".join(
            [
                *(rf"\b{a}\.{b}\b" for a, b in hosts),
                *(rf"(?<![\w.:*/])/{f}/" for f in folders),
            ]
        )
    )

    found = {
        name: sorted(set(named.findall(text)))
        for name, text in committed.items()
        if named.search(text)
    }

    assert found == {}


def test_python_locks_pin_by_hash_and_name_no_place(committed):
    locks = {n: t for n, t in committed.items() if n.startswith("requirements/")}
    pinned = re.compile(
        r"^\S+==\S+( ;[^\\]+)? \\\n(    --hash=sha256:[0-9a-f]{64}( \\)?\n)+",
        re.MULTILINE,
    )

    left_over = {
        name: rest
        for name, text in locks.items()
        if (rest := re.sub(r"^ *#.*\n", "", pinned.sub("", text), flags=re.MULTILINE))
    }

    assert sorted(locks) == [f"requirements/{n}.txt" for n in ("build", "run", "test")]
    assert left_over == {}
    assert [name for name, text in locks.items() if "://" in text] == []
