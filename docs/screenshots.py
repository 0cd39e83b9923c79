"""Take the screenshots in docs/views: every page of the bundled sample at three widths.

python docs/screenshots.py        needs Chromium on the PATH
"""

from __future__ import annotations

import shutil
from pathlib import Path
from tempfile import TemporaryDirectory

from playwright.sync_api import sync_playwright

import paperkg
from paperkg.resources import SAMPLE

OUT = Path(__file__).parent / "views"
SIZES = {1440: 900, 1024: 768, 390: 844}
KINDS = ("papers", "entities", "families", "matrix", "timeline")
SETTLED = 1500
"""Milliseconds after which a page stands still."""


def pages(folder: Path) -> dict[str, str]:
    """The addresses of the pages by name, built into a folder."""
    build = paperkg.build([str(SAMPLE)], folder, title="Landmark papers")
    explorer = (folder / "graph.html").as_uri()
    found = {"explorer": explorer, "entity": f"{explorer}#benchmark/imagenet"}
    for kind in KINDS:
        path = folder / f"{kind}.html"
        paperkg.view(build.kg, kind, path)
        found[kind] = path.as_uri()
    return found


def main() -> None:
    """Open every page at every width, and keep what it shows."""
    OUT.mkdir(exist_ok=True)
    with TemporaryDirectory() as folder, sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=shutil.which("chromium"),
            args=["--use-gl=angle", "--use-angle=swiftshader", "--enable-unsafe-swiftshader"],
        )
        for name, address in pages(Path(folder)).items():
            for width, height in SIZES.items():
                page = browser.new_page(viewport={"width": width, "height": height})
                page.goto(address)
                page.wait_for_timeout(SETTLED)
                path = OUT / f"{name}-{width}.jpg"
                page.screenshot(path=path, type="jpeg", quality=70)
                page.close()
                print(path.name)


if __name__ == "__main__":
    main()
