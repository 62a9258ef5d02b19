"""Health and metrics for operators of the server; they hold no personal data.

/healthz     this process answers
/readyz      the database responds and has this version's schema
/metrics     numbers for Prometheus, the same from every web process, because they are stored in the database
"""

from __future__ import annotations

import logging
from collections.abc import Iterator

from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric, SummaryMetricFamily
from prometheus_client.exposition import CONTENT_TYPE_PLAIN_0_0_4
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from core.errors import SetUpError
from core.i18n.translate import gettext
from core.storage import counters, queries
from core.storage.schema import check
from core.storage.store import Store

log = logging.getLogger(__name__)


def routes(store: Store) -> list[Route]:
    """Return the routes."""

    def alive(_: Request) -> Response:
        return PlainTextResponse("ok\n")

    def ready(_: Request) -> Response:
        try:
            check(store.engine)
        except SetUpError as error:
            return PlainTextResponse(f"{error}\n", 503)
        except Exception:  # whatever it is, no request should come here until it is over
            log.exception("the database does not answer")
            return PlainTextResponse(gettext("The database does not answer.") + "\n", 503)
        return PlainTextResponse("ok\n")

    def metrics(_: Request) -> Response:
        registry = CollectorRegistry(auto_describe=False)
        registry.register(_Numbers(store))
        return Response(generate_latest(registry), media_type=CONTENT_TYPE_PLAIN_0_0_4)

    return [Route("/healthz", alive), Route("/readyz", ready), Route("/metrics", metrics)]


class _Numbers:
    def __init__(self, store: Store) -> None:
        self._store = store

    def collect(self) -> Iterator[Metric]:
        """Yield all numbers."""
        queue = counters.queue(self._store.engine, self._store.clock())
        jobs = GaugeMetricFamily("stride_check_jobs", "Jobs by state.", labels=["state"])
        for state, n in queue.jobs.items():
            jobs.add_metric([state], n)
        yield jobs
        yield GaugeMetricFamily("stride_check_oldest_wait_seconds", "How long the next job has waited.", queue.wait_s)
        yield GaugeMetricFamily(
            "stride_check_analysis_seconds", "Mean of the last twenty analyses.", queries.analysis_s(self._store.engine)
        )
        analyses = CounterMetricFamily("stride_check_analyses", "Analyses by how they ended.", labels=["outcome"])
        refusals = CounterMetricFamily("stride_check_refusals", "Refused clips by check.", labels=["check"])
        errors = CounterMetricFamily("stride_check_errors", "Bugs by where they showed.", labels=["where"])
        stages = SummaryMetricFamily("stride_check_stage_seconds", "Seconds of each stage.", labels=["stage"])
        by_kind = {"ended": analyses, "refused": refusals, "error": errors}
        for (kind, label), (n, seconds) in counters.read(self._store.engine).items():
            if kind == "stage":
                stages.add_metric([label], n, seconds)
            else:
                by_kind[kind].add_metric([label], n)
        yield from (analyses, refusals, errors, stages)
