import pytest

from certificates.actions import documents
from certificates.models import Document
from tests.factories import certificates as make


@pytest.fixture
def credential(schemes, ada):
    credential = make.certified(ada)
    documents.make_document(edition_id=credential.editions.get().pk)
    return credential


@pytest.fixture
def issued(credential):
    """The file as it was issued."""
    with Document.objects.get().file.open("rb") as stored:
        return stored.read()
