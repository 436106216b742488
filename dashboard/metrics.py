"""What an operator may count, in Prometheus' format: requests, sessions, seconds, memory, edition.
Nothing about persons.
"""

from __future__ import annotations

from collections.abc import Iterator

from prometheus_client import CollectorRegistry, Counter, Histogram, ProcessCollector
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.exposition import generate_latest
from starlette.requests import Request
from starlette.responses import Response
from streamlit.runtime import Runtime

from dashboard import store
from dashboard.health import age_days

REGISTRY = CollectorRegistry()
MEDIA = "text/plain; version=0.0.4; charset=utf-8"
REQUESTS = Counter(
    "cultuuratlas_requests", "Requests answered", ["room", "status"], registry=REGISTRY
)
SECONDS = Histogram(
    "cultuuratlas_request_seconds", "Seconds until a request was answered", ["room"],
    buckets=(0.01, 0.05, 0.1, 0.5, 1, 5, 30), registry=REGISTRY,
)  # fmt: skip
ProcessCollector(registry=REGISTRY)  # memory, processor seconds, open files


class State:
    """What is so at the moment of asking: sessions, and the edition that is served."""

    def collect(self) -> Iterator[GaugeMetricFamily]:
        """The figures of now."""
        if Runtime.exists():
            stats = Runtime.instance().stats_mgr.get_stats(family_names=["active_sessions"])
            open_now = sum(getattr(s, "value", 0) for family in stats.values() for s in family)
            yield GaugeMetricFamily("cultuuratlas_sessions", "Sessions that are open", open_now)
        try:
            served = store.newest()
            with store.pinned(served):
                build = store.build()
        except store.StoreError:
            return
        edition = GaugeMetricFamily(
            "cultuuratlas_edition", "The edition that is served", labels=["id", "served"]
        )
        edition.add_metric([build["id"], "embedded" if served.embedded else "national"], 1)
        yield edition
        yield GaugeMetricFamily(
            "cultuuratlas_edition_age_days", "Days since it was built", age_days(build)
        )
        yield GaugeMetricFamily(
            "cultuuratlas_edition_trouble",
            "1 where another edition was asked for than is served",
            int(served.trouble is not None),
        )


REGISTRY.register(State())


def count(room: str, status: int, seconds: float) -> None:
    """Count one request."""
    REQUESTS.labels(room, f"{status // 100}xx").inc()
    SECONDS.labels(room).observe(seconds)


async def answer(request: Request) -> Response:
    """All counters."""
    return Response(
        generate_latest(REGISTRY), media_type=MEDIA, headers={"Cache-Control": "no-store"}
    )
