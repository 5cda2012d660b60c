"""Reads about packages that run as lessons."""

from django.db.models import Exists, OuterRef

from courses.models import PackageFile, Run, Sco


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
