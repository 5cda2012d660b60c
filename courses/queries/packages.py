"""Reads about packages that run as lessons."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Final
from uuid import UUID, uuid5

from django.conf import settings
from django.db.models import Exists, OuterRef, Q, QuerySet

from courses.models import Enrolment, Package, PackageDocument, PackageFile, PackageStatement, Run, Sco
from courses.rules.packages import platform
from courses.rules.packages.manifest import Standard
from courses.rules.packages.platform import Whole
from courses.rules.packages.statements import Window
from courses.rules.packages.structure import MoveOn
from lms.accounts import queries as people

MOST_AT_ONCE: Final = 200


def sco(page_id: int, enrolment_id: int) -> Sco | None:
    """What a lesson runs for a learner: the newest that they began, else the newest there is. One statement."""
    mine = Run.objects.filter(sco=OuterRef("pk"), enrolment_id=enrolment_id)
    found = Sco.objects.filter(lesson_id=page_id).annotate(mine=Exists(mine)).select_related("package")
    return found.order_by("-mine", "-pk").first()


def newer(page_id: int, than: Sco) -> bool:
    """Whether the lesson has a newer package than this. One statement."""
    return Sco.objects.filter(lesson_id=page_id, pk__gt=than.pk).exists()


def run(enrolment_id: int, sco_id: int) -> Run | None:
    return Run.objects.filter(enrolment_id=enrolment_id, sco_id=sco_id).first()


def is_open(page_id: int, enrolment_id: int) -> bool:
    """Whether a lesson runs a package that tells how far its learner came, and does not say yet that they are done.
    One statement where it runs none, two at most."""
    mine = sco(page_id, enrolment_id)
    if mine is None or not mine.tracks:
        return False
    return not Run.objects.filter(enrolment_id=enrolment_id, sco=mine, completed_at__isnull=False).exists()


def file(package_id: int, path: str) -> PackageFile | None:
    """A file of a package by its very name: what has no row is not there."""
    return PackageFile.objects.filter(package_id=package_id, path=path).first()


def stored(digest: str) -> str:
    """Under which name the storage keeps the content of a package's file."""
    return f"packages/{digest[:2]}/{digest}"


def origin_of(sco: Sco) -> str:
    """The origin at which a package runs, with nothing else of ours; none where there is no host for packages."""
    origin: str = settings.PACKAGES_URL
    return origin.replace("*", sco.package.uuid.hex)


def launched_at(sco: Sco) -> str:
    """Where a part is launched, without the pass, which opens it, and without what is asked there."""
    return f"{origin_of(sco)}/packages/files/{sco.entry}"


def registration(enrolment_id: int, package: Package) -> UUID:
    """What cmi5 calls a learner's registration: one for all parts of a package, the same each time."""
    return uuid5(package.uuid, str(enrolment_id))


def learner(enrolment_id: int) -> str:
    """By which name a package knows a learner; it says nothing of who they are."""
    return f"enrolment-{enrolment_id}"


def name_of(enrolment_id: int) -> str:
    """What a package may call its learner. Two statements."""
    person_id = Enrolment.objects.values_list("person_id", flat=True).get(pk=enrolment_id)
    return people.card(person_id).display_name


def window(run: Run) -> Window:
    """How the present window of a part of cmi5 stands. No statement where the run has its part and package."""
    return Window(
        session=run.cmi["session"],
        activity=unit(run.sco).activity,
        registration=str(registration(run.enrolment_id, run.sco.package)),
        home=settings.PUBLIC_URL,
        learner=learner(run.enrolment_id),
        mastery=run.sco.mastery,
        initialized=run.cmi.get("initialized", False),
        terminated=run.cmi.get("terminated", False),
        judged=run.cmi.get("judged", False),
        completed=run.completion == "completed",
        passed=run.success == "passed",
        failed=run.success == "failed",
        raw=run.score,
        scaled=run.scaled,
        seconds=run.session,
    )


def unit(sco: Sco) -> Whole:
    """A part as statements speak about it. No statement where it has its package."""
    activity = f"{settings.PUBLIC_URL}/packages/{sco.package.uuid}/{sco.pk}"
    return Whole("", activity, sco.identifier, sco.title, frozenset({sco.identifier}))


def wholes(package: Package) -> list[Whole]:
    """The course of a cmi5 package and its blocks, by ids of ours. None of a package that was imported before they were kept."""
    home = f"{settings.PUBLIC_URL}/packages/{package.uuid}"
    return [
        Whole(
            one["kind"], f"{home}/{one['kind']}-{number}", one["publisher"], one["title"] or package.title,
            frozenset(one["units"]),
        )
        for number, one in enumerate(package.structure)
    ]  # fmt: skip


def met(enrolment_id: int, package_id: int) -> Collection[str]:
    """The parts of a package, by their makers' ids, that have told a learner's platform what is asked, or need tell nothing.
    One statement."""
    done = Run.objects.filter(enrolment_id=enrolment_id, sco=OuterRef("pk"), completed_at__isnull=False)
    rows = Sco.objects.filter(Q(move_on=MoveOn.NOTHING) | Exists(done), package_id=package_id)
    return set(rows.values_list("identifier", flat=True))


def satisfied(enrolment_id: int, package_id: int) -> Collection[str]:
    """The blocks and the course, by our ids, that were said to be satisfied. One statement."""
    rows = PackageStatement.objects.filter(
        run__enrolment_id=enrolment_id,
        run__sco__package_id=package_id,
        by_platform=True,
        verb=platform.SATISFIED,
    )
    return {body["object"]["id"] for body in rows.values_list("body", flat=True)}


def in_session(rows: QuerySet[Run]) -> QuerySet[Run]:
    """Those of cmi5 whose present window was opened, and has neither said that it ended nor been abandoned."""
    goes_on = Q(cmi__terminated=False) | Q(
        cmi__terminated__isnull=True
    )  # the key is not there before it begins
    return rows.filter(
        goes_on, ~Q(cmi__has_key="abandoned"), sco__package__standard=Standard.CMI5, cmi__has_key="session"
    )


def open_since(then: datetime) -> list[tuple[int, int]]:
    """Sessions of cmi5 that are open and neither launched nor told of since, by run and enrolment. One statement."""
    rows = in_session(Run.objects.filter(launched_at__lt=then))
    rows = rows.filter(Q(kept_at__isnull=True) | Q(kept_at__lt=then)).order_by("pk")
    return list(rows.values_list("pk", "enrolment_id")[:MOST_AT_ONCE])


def of_window(enrolment_id: int, sco_id: int, launch: int) -> Run | None:
    """The run with its part and package, if this is still its present window. One statement."""
    rows = Run.objects.filter(enrolment_id=enrolment_id, sco_id=sco_id, launch=launch)
    return rows.select_related("sco__package").first()


def statements(run_id: int) -> Sequence[PackageStatement]:
    """Everything that a part told in all its windows, in its order. One statement."""
    return list(PackageStatement.objects.filter(run_id=run_id))


def document(run_id: int, kind: str, key: str) -> PackageDocument | None:
    return PackageDocument.objects.filter(run_id=run_id, kind=kind, key=key).first()


def document_keys(run_id: int, kind: str) -> list[str]:
    return list(PackageDocument.objects.filter(run_id=run_id, kind=kind).values_list("key", flat=True))
