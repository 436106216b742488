"""What the project is made of, and its documentation as a site: made by the commands of the Makefile."""

import http.server
import json
import re
import subprocess
import sys
import threading
import tomllib

from pipelines.catalogue import ROOT


def make(goal: str, *more: str) -> subprocess.CompletedProcess[str]:
    """A command of the Makefile, with the libraries that are here."""
    command = ["make", "--old-file", ".venv/dev", goal, f"PY={sys.executable}", *more]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)


def locked(file: str) -> set[tuple[str, str]]:
    return {*re.findall(r"^([\w.-]+)==([\w.]+)", (ROOT / file).read_text(encoding="utf-8"), re.M)}


def test_the_bill_of_materials_is_the_lock_file() -> None:
    done = make("sbom")
    assert done.returncode == 0, done.stderr
    bill = json.loads((ROOT / "build" / "sbom.json").read_text(encoding="utf-8"))
    assert bill["bomFormat"] == "CycloneDX"
    assert {(c["name"], c["version"]) for c in bill["components"]} == locked("requirements.lock")
    assert all(c["externalReferences"][0]["hashes"] for c in bill["components"])
    with (ROOT / "pyproject.toml").open("rb") as file:
        assert bill["metadata"]["component"]["version"] == tomllib.load(file)["project"]["version"]


def test_a_known_weakness_is_named() -> None:
    """By a server of OSV records on this machine, as where there is no internet."""
    asked = set()

    class Records(http.server.BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            query = json.loads(self.rfile.read(int(self.headers["content-length"])))
            name, version = query["package"]["name"], query["version"]
            asked.add((name, version))
            package = {"package": {"name": name, "ecosystem": "PyPI"}, "versions": [version]}
            record = {"id": "PYSEC-2099-1", "summary": "weak", "details": "weak", "modified": "2026-01-01T00:00:00Z",
                      "affected": [package]}  # fmt: skip
            body = json.dumps({"vulns": [record]} if name == "jinja2" else {}).encode()
            self.send_response(200)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            """Nothing."""

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Records) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        done = make("audit", f"OSV=http://127.0.0.1:{server.server_port}/v1/query")
        server.shutdown()
    assert {name for name, _ in asked} >= {name for name, _ in locked("requirements.lock")}
    assert done.returncode != 0
    assert "Found 1 known vulnerability in 1 package" in done.stderr
    assert "PYSEC-2099-1" in done.stdout


def test_the_documentation_is_a_site_that_asks_nobody() -> None:
    done = make("docs")
    assert done.returncode == 0, done.stderr
    site = ROOT / "build" / "docs"
    pages = {page.stem for page in site.glob("*.html")}
    assert pages >= {page.stem for page in (ROOT / "docs").glob("*.md")} | {
        "CONTRIBUTING",
        "catalogue",
    }
    for page in site.glob("*.html"):
        text = page.read_text(encoding="utf-8")
        loaded = re.findall(r"<(?:script|img|link|iframe)[^>]*?(?:src|href)=\"([^\"]+)\"", text)
        assert [address for address in loaded if "//" in address] == [], page.name
    for style in site.rglob("*.css"):
        assert "url(http" not in style.read_text(encoding="utf-8").replace('"', "").replace("'", "")
    index = (site / "searchindex.js").read_text(encoding="utf-8")
    assert re.search(r'[{,]"?rollback"?:', index)  # the search reads this file, without a server


def test_there_is_one_version() -> None:
    with (ROOT / "pyproject.toml").open("rb") as file:
        version = tomllib.load(file)["project"]["version"]
    for name, key in (("publiccode.yml", "softwareVersion"), ("CITATION.cff", "version")):
        assert (
            re.search(rf'^{key}: "?([\d.]+)"?$', (ROOT / name).read_text("utf-8"), re.M)[1]
            == version
        )  # type: ignore[index]
