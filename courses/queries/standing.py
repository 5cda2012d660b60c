"""What a file of another program may refer to here: frameworks and profiles."""

from courses.models import Framework, Profile
from courses.rules.exchange.frame import Standing
from courses.rules.library.texts import ClauseText, DomainText, FrameworkText, ProfileText


def standing(profile: str = "") -> Standing:
    """Every framework and profile, and the profile for files that name none: the one that is asked for, else the
    first. Four statements."""
    frameworks = {
        row.key: FrameworkText(
            row.key,
            row.title,
            row.edition,
            tuple(ClauseText(one.ref, one.title, one.kind, "") for one in row.clauses.all()),
        )
        for row in Framework.objects.prefetch_related("clauses")
    }
    profiles = {
        row.key: ProfileText(
            row.key,
            row.title,
            row.framework.key,
            tuple(
                DomainText(one.number, one.key, one.title, one.weight, one.summary)
                for one in row.domains.all()
            ),
        )
        for row in Profile.objects.select_related("framework").prefetch_related("domains").order_by("key")
    }
    return Standing(frameworks, profiles, profile or next(iter(profiles), ""))
