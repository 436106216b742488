"""The pictures of the README, taken of the running product: `make pictures`."""

import io
import shutil
import sys
import tempfile
from pathlib import Path

from PIL import Image
from playwright.sync_api import sync_playwright

from pipelines.catalogue import ROOT
from tests.browser.conftest import FLAGS, made, serve

PHONE = (
    "Mozilla/5.0 (Linux; Android 15; Pixel 9) AppleWebKit/537.36 Chrome/131.0 Mobile Safari/537.36"
)
PICTURES = {  # file, address, width, height, the browser of a phone
    "picture-start.png": ("", 1200, 800, False),
    "picture-area.png": ("profile?area=BU05991571", 390, 780, True),
}
COLOURS = 128  # a screen of flat colours: a third of the bytes of all colours


def taken(address: str, chromium: str) -> dict[str, bytes]:
    """Each picture as PNG, by file name."""
    out = {}
    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=chromium, args=FLAGS)
        for file, (path, width, height, phone) in PICTURES.items():
            size = {"width": width, "height": height}
            agent = {"user_agent": PHONE} if phone else {}
            page = browser.new_context(viewport=size, locale="en-GB", **agent).new_page()
            page.goto(f"{address}/{path}{'&' if '?' in path else '?'}lang=en")
            made(page, "en")
            page.wait_for_load_state("networkidle")
            few = Image.open(io.BytesIO(page.screenshot())).convert("RGB").quantize(COLOURS)
            png = io.BytesIO()
            few.save(png, "PNG", optimize=True)
            out[file] = png.getvalue()
        browser.close()
    return out


def main() -> None:
    """Write them into `docs/`. Exits with a message where there is no browser."""
    chromium = shutil.which("chromium") or shutil.which("google-chrome")
    if not chromium:
        sys.exit("The pictures need Chromium or Chrome on the PATH")
    with tempfile.TemporaryDirectory() as folder, serve(Path(folder) / "log.txt") as address:
        for file, png in taken(address, chromium).items():
            (ROOT / "docs" / file).write_bytes(png)
            print(f"docs/{file}: {len(png) / 1000:.0f} kB")


if __name__ == "__main__":
    main()
