"""`python -m dashboard`: serve on http://localhost:8501, or as the settings in docs/operations.md say.

`--version` says the version of the program and stops.
"""

import os
import sys

from dashboard import health, log
from dashboard.server import listening, serve
from pipelines.methods.settings import SettingError, settings

if __name__ == "__main__":
    if "--version" in sys.argv[1:]:
        print(f"cultuuratlas {health.version()}")
        sys.exit()
    try:
        given = settings(os.environ)
    except SettingError as e:
        sys.exit(str(e))
    port, host = given["PORT"], given["HOST"]
    try:
        listener = listening(port, host)
    except OSError as e:
        sys.exit(f"CULTUURATLAS_PORT: port {port}: {e.strerror}")
    log.begin()
    print(f"Cultuuratlas: http://localhost:{port}", flush=True)
    serve(listener)
