"""`python -m dashboard`: serve on http://localhost:8501, or the port CULTUURATLAS_PORT names."""

import os
import sys

from dashboard.server import listening, serve

if __name__ == "__main__":
    given = os.environ.get("CULTUURATLAS_PORT", "8501")
    if not given.isdigit() or not 0 < int(given) < 65536:
        sys.exit(f"CULTUURATLAS_PORT: {given!r} is not a port")
    public = os.environ.get("CULTUURATLAS_URL", "")
    if public and not public.startswith(("https://", "http://")):
        sys.exit(f"CULTUURATLAS_URL: {public!r} does not begin with https:// or http://")
    try:
        listener = listening(int(given))
    except OSError as e:
        sys.exit(f"CULTUURATLAS_PORT: port {given}: {e.strerror}")
    print(f"Cultuuratlas: http://localhost:{given}", flush=True)
    serve(listener)
