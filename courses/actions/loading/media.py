"""The files that lessons hold, brought into the page editor; what has the same content is there once."""

from collections.abc import Mapping
from functools import cached_property
from io import BytesIO
from pathlib import Path
from typing import Any

from django.core.files.base import ContentFile
from django.core.files.images import ImageFile
from wagtail.documents import get_document_model
from wagtail.images import get_image_model

from courses.models import Passage
from courses.rules.library import media
from courses.rules.library.texts import Block


class Store:
    """Pictures, documents and passages by what names them in files. Two statements, once a lesson holds one; three where
    one shows a passage."""

    @cached_property
    def images(self) -> dict[str, int]:
        return _by_digest(get_image_model())

    @cached_property
    def documents(self) -> dict[str, int]:
        return _by_digest(get_document_model())

    @cached_property
    def passages(self) -> dict[str, tuple[int, str]]:
        return {row.key: (row.pk, row.text) for row in Passage.objects.all()}

    def stored(self, body: tuple[Block, ...], files: Mapping[str, Path]) -> tuple[Block, ...]:
        """The blocks with ids in the place of names; what is not there yet is made of its file."""
        titles: dict[str, str] = {}
        for block in body:
            for kind in media.HELD.get(block["type"], ()):
                titles[block["value"][kind]] = block["value"].get("title") or block["value"]["alternative"]

        def pk(kind: str, name: str) -> int:
            return self._pk(kind, name, files[name], titles[name][:255])

        return tuple(self._with_passage(block) for block in media.renamed(body, pk))

    def _with_passage(self, block: Block) -> Block:
        if block["type"] != "passage":
            return block
        pk, text = self.passages[block["value"]["passage"]]
        return {**block, "value": {"passage": pk, "text": text}}

    def _pk(self, kind: str, name: str, path: Path, title: str) -> int:
        known = self.images if kind == "image" else self.documents
        digest = name.removeprefix(f"{media.FOLDER}/").partition(".")[0]
        if digest not in known:
            data = path.read_bytes()
            model = get_image_model() if kind == "image" else get_document_model()
            file = (
                ImageFile(BytesIO(data), name=path.name)
                if kind == "image"
                else ContentFile(data, name=path.name)
            )
            row = model(title=title, file=file)
            row.save()
            row.get_file_hash()
            known[digest] = row.pk
        return known[digest]


def _by_digest(model: Any) -> dict[str, int]:
    return {digest[:20]: pk for digest, pk in model.objects.values_list("file_hash", "pk") if digest}
