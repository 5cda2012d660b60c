"""What marking needs of a form, which is the same for all who sat it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from exams.models import Form
from exams.rules import runs
from exams.rules.runs import Paper
from lms.db.kept import Kept
from lms.kit import digests

# What a sitting is marked by is not loaded with its form: of a form of eighty items that is most of the work of marking.
LATER: Final = ("form__package", "form__keys", "form__shapes")


@dataclass(frozen=True)
class Sheet:
    """The paper of a form, and the key that it was assembled with, with its digest."""

    paper: Paper
    keys: Mapping[str, Any]
    keys_digest: str


_SHEETS: Kept[Sheet] = Kept(16)


def of_form(form: Form) -> Sheet:
    """Kept by the form's digest, which binds package and key: one statement, or none."""

    def read() -> Sheet:
        package, keys = Form.objects.values_list("package", "keys").get(pk=form.pk)
        return Sheet(runs.paper(form.digest, package), keys, digests.digest(keys))

    return _SHEETS.get((form.pk, form.digest), read)
