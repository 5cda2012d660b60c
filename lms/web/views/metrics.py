"""What a collector of figures reads, in Prometheus form."""

import os
import secrets
from collections.abc import Iterable, Iterator, Mapping

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from prometheus_client import CONTENT_TYPE_LATEST, REGISTRY, CollectorRegistry, generate_latest, multiprocess
from prometheus_client.metrics_core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from lms.kit import gather
from lms.web import readiness


def metrics(request: HttpRequest) -> HttpResponse:
    """Everything counted, for whoever knows METRICS_TOKEN; 404 for anybody else and where none is set."""
    told = request.headers.get("Authorization", "")
    expected = f"Bearer {settings.METRICS_TOKEN}"
    if not settings.METRICS_TOKEN or not secrets.compare_digest(told.encode(), expected.encode()):
        return HttpResponse("There is nothing at this address.\n", status=404, content_type="text/plain")
    answer = HttpResponse(_text(), content_type=CONTENT_TYPE_LATEST)
    answer["Cache-Control"] = "no-store"
    return answer


def _text() -> bytes:
    state = CollectorRegistry()
    state.register(_State())
    return _counted() + generate_latest(state)


def _counted() -> bytes:
    """Of all processes of this server, where it says in which folder they count; else of this one."""
    if "PROMETHEUS_MULTIPROC_DIR" not in os.environ:
        return generate_latest(REGISTRY)
    together = CollectorRegistry()
    multiprocess.MultiProcessCollector(together)  # type: ignore[no-untyped-call]
    return generate_latest(together)


class _State(Collector):
    """What the apps read from the database at this moment: the same from whichever process is asked.

    What can't be read (the database is down) is left out: whoever collects must learn of that, and not get nothing.
    """

    def collect(self) -> Iterable[Metric]:
        families: dict[str, Metric] = {}
        says = readiness.says()
        parts = () if says.get("database") else gather.FIGURES
        for figure in [*_checks(says), *(one for part in parts for one in part.read())]:
            names = [name for name, _ in figure.labels]
            kind = CounterMetricFamily if figure.name.endswith("_total") else GaugeMetricFamily
            family = families.setdefault(figure.name, kind(figure.name, figure.words, labels=names))
            family.add_sample(figure.name, dict(figure.labels), figure.value)
        return families.values()


def _checks(says: Mapping[str, str]) -> Iterator[gather.Figure]:
    words = "1 while /health/ready has something to say of it."
    for key, said in says.items():
        yield gather.Figure("auditorium_check_failed", words, float(bool(said)), (("check", key),))
