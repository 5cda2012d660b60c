"""Documents that are drawn from the code say what the code says."""

import pytest

from lms.web import drawing
from tests.mode import ROOT


@pytest.mark.parametrize("name", sorted(drawing.documents()))
def test_a_drawn_document_equals_the_code(name) -> None:
    assert (ROOT / name).read_text() == drawing.documents()[name], (
        "type: .venv/bin/python manage.py draw_docs"
    )
