"""Packages of items: a zip with imsmanifest.xml."""

from collections.abc import Iterator

from lms.kit import archives, xml

MANIFEST = "imsmanifest.xml"


class Package(archives.Archive):
    """The files of a package, and what its manifest says of them."""

    def items(self) -> Iterator[tuple[str, str]]:
        """Identifier and file of each resource of the manifest that is an item; the file is nothing where its address
        leads out of the package."""
        return self._resources("imsqti_item")

    def stimuli(self) -> Iterator[tuple[str, str]]:
        """The same of each shared text."""
        return self._resources("imsqti_stimulus")

    def others(self) -> Iterator[tuple[str, str, str]]:
        """Identifier, type and file of each resource that is neither."""
        manifest = xml.parse(self.read(MANIFEST), "a manifest")
        for resource in manifest.iter():
            kind = resource.get("type", "")
            if xml.name(resource) == "resource" and not kind.startswith(("imsqti_item", "imsqti_stimulus")):
                yield resource.get("identifier", ""), kind, archives.within(resource.get("href", ""))

    def _resources(self, of: str) -> Iterator[tuple[str, str]]:
        manifest = xml.parse(self.read(MANIFEST), "a manifest")
        seen: set[str] = set()
        for resource in manifest.iter():
            kind = resource.get("type", "")
            if xml.name(resource) == "resource" and kind.startswith(of):
                path = archives.within(resource.get("href", ""))
                # A file that is named a thousand times is read once.
                if not path or path not in seen:
                    yield resource.get("identifier", ""), path
                seen.add(path)
