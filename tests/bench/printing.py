"""A batch of 1,000 certificates, made as the workers make it; alone: `python -m tests.bench.printing [DOCUMENTS]`."""

import os
import resource
import sys
import time
import uuid

os.environ["PYTEST_XDIST_WORKER"] = "bench"
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "lms.settings")

import tests.mode  # noqa: F401, I001  before the settings

import django

django.setup()

from django.core.files.storage import default_storage  # noqa: E402

from certificates.actions import batches  # noqa: E402
from certificates.models import DocumentBatchLine, Edition, EditionName  # noqa: E402
from lms.db import clock  # noqa: E402
from lms.jobs import worker  # noqa: E402
from tests import cast, databases  # noqa: E402
from tests.bench import measuring  # noqa: E402
from tests.factories import certificates  # noqa: E402

DOCUMENTS = 1_000
NAMES = (
    "Ada Kamau", "Ἀριάδνη Παπαδοπούλου", "Мария Воробьёва", "نور الهدى الحسيني", "יעל בן־דוד",
    "陳美玲", "Nguyễn Thị Phương Anh", "Maximiliane-Theodora von und zu Hohenlohe-Waldenburg-Schillingsfürst",
)  # fmt: skip


def printing(documents: int) -> None:
    """Prints the processor time of each document, of the slowest part, and what progress the page told meanwhile."""
    certificates.schemes()
    credential = certificates.certified(cast.person("ada"))
    certificates.crowd(credential, people=documents - 1)
    rows = list(EditionName.objects.order_by("pk"))
    for place, row in enumerate(rows):
        row.holder_name = NAMES[place % len(NAMES)]
    EditionName.objects.bulk_update(rows, ["holder_name"], batch_size=200)
    day = clock.today()
    asked = time.process_time()
    batch = batches.ask(
        use_key=uuid.uuid4(),
        scheme_key=certificates.IMPLEMENTER,
        since=day,
        until=day,
        officer_id=cast.person("kai").pk,
    )
    asked = time.process_time() - asked
    parts, told = [], []
    begun, wall = time.process_time(), time.monotonic()
    for kind, key in worker.due():
        if kind == "certificates.make_batch":
            parts.append(measuring.once(lambda kind=kind, key=key: worker.run(kind=kind, key=key)))
            told.append(DocumentBatchLine.objects.filter(batch=batch, document__isnull=False).count())
    spent, wall = time.process_time() - begun, time.monotonic() - wall
    lines = DocumentBatchLine.objects.filter(batch=batch).select_related("document")
    made = [line.document for line in lines if line.document]
    sizes = sorted(document.size for document in made)
    measuring.table(
        f"A batch of {documents:,} certificates",
        [
            ("asking for it", asked, f"{Edition.objects.count()} editions"),
            ("one document, on average", spent / max(len(made), 1), f"{len(made)} made"),
            ("the first part of 25", parts[0], "fonts and styles are read"),
            ("the slowest other part of 25", max(parts[1:] or parts), f"{len(parts)} parts"),
            ("all of them", spent, f"{wall:.0f} s by the clock, one worker"),
        ],
    )
    print(
        f"  told as done after each part: {told[0]}, {told[len(told) // 2]}, {told[-1]}; {told == sorted(told)=}"
    )
    print(f"  faults: {sorted({line.fault for line in lines if line.fault})}")
    print(
        f"  {sizes[0] // 1024} to {sizes[-1] // 1024} KB each, {sum(sizes) / 1e6:.0f} MB; all stored:",
        end=" ",
    )
    print(all(default_storage.exists(document.file.name) for document in made))
    print(f"  {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MiB at most")


if __name__ == "__main__":
    own = databases.Databases()
    own.connect()
    try:
        print(measuring.machine())
        printing(int(sys.argv[1]) if len(sys.argv) > 1 else DOCUMENTS)
    finally:
        own.leave()
