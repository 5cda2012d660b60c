"""Reading the manifest of a SCORM package: 1.2, and 2004 from its second to its fourth edition."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from enum import StrEnum
from urllib.parse import unquote
from xml.etree.ElementTree import Element

from lms.kit import archives, xml
from lms.kit.archives import Archive
from lms.kit.refusing import CannotRead

NAME = "imsmanifest.xml"
MOST_SCOS = 200
MOST_LAUNCH_DATA = 4_000
SEQUENCING = "its rules of sequencing are not followed: each part is a lesson, in the order of the manifest"


class Standard(StrEnum):
    SCORM_12 = "scorm-1.2"
    SCORM_2004 = "scorm-2004"
    CMI5 = "cmi5"


@dataclass(frozen=True)
class ScoText:
    """A part that runs: `entry` is a file of the package, perhaps with a query behind it. What must be told before it
    is done (`move_on`), the key of its maker (`entitlement`) and whether it asks for a window of its own are cmi5's."""

    identifier: str
    title: str
    entry: str
    launch_data: str = ""
    mastery: str = ""
    tracks: bool = True
    move_on: str = ""
    entitlement: str = ""
    own_window: bool = False


@dataclass(frozen=True)
class WholeText:
    """What several parts of a cmi5 package make together, the course or a block of it: `publisher` is its maker's id,
    `units` the identifiers of all parts within it, however deep."""

    kind: str
    publisher: str
    title: str
    units: tuple[str, ...]


@dataclass(frozen=True)
class PackageText:
    identifier: str
    title: str
    standard: Standard
    scos: tuple[ScoText, ...]
    degraded: tuple[str, ...] = ()
    wholes: tuple[WholeText, ...] = ()


def read(archive: Archive) -> PackageText:
    """What runs in a package. Raises CannotRead for what is no SCORM package, or has nothing that runs."""
    if not archive.has(NAME):
        raise CannotRead(
            f"it has no {NAME} at its top, so it is no SCORM package: zip what is in its folder, not the folder"
        )
    root = xml.parse(archive.read(NAME), "a manifest")
    if xml.name(root) != "manifest":
        raise CannotRead(f"{NAME} is not a manifest")
    standard = _standard(root)
    resources = {one.get("identifier", ""): one for one in root.iter() if xml.name(one) == "resource"}
    organisation = _organisation(root)
    scos = tuple(_scos(organisation, resources, archive))
    if not scos:
        raise CannotRead("its manifest names nothing that runs")
    if len(scos) > MOST_SCOS:
        raise CannotRead(f"it has {len(scos)} parts, and may have {MOST_SCOS}")
    sequenced = any(xml.name(one) == "sequencing" and len(one) for one in root.iter()) and len(scos) > 1
    return PackageText(
        identifier=root.get("identifier", "")[:255],
        title=_child_text(organisation, "title")[:200] or scos[0].title,
        standard=standard,
        scos=_apart(scos),
        degraded=(SEQUENCING,) if sequenced else (),
    )


def _standard(root: Element) -> Standard:
    said = next((one.text or "" for one in root.iter() if xml.name(one) == "schemaversion"), "").strip()
    spaces = {one.tag.partition("}")[0] for one in root.iter()}
    spaces |= {name.partition("}")[0] for one in root.iter() for name in one.attrib if "}" in name}
    if said == "1.2" or any("adlcp_rootv1p2" in space for space in spaces):
        return Standard.SCORM_12
    if said.startswith(("2004", "CAM 1.3")) or any("adlcp_v1p3" in space for space in spaces):
        return Standard.SCORM_2004
    raise CannotRead("its manifest says neither SCORM 1.2 nor SCORM 2004")


def _organisation(root: Element) -> Element:
    holder = next((one for one in root.iter() if xml.name(one) == "organizations"), None)
    found = [one for one in holder if xml.name(one) == "organization"] if holder is not None else []
    if holder is None or not found:
        raise CannotRead("its manifest has no organization, so it says nothing of what is taught")
    default = holder.get("default", "")
    return next((one for one in found if one.get("identifier") == default), found[0])


def _scos(organisation: Element, resources: dict[str, Element], archive: Archive) -> Iterator[ScoText]:
    for item in organisation.iter():
        if xml.name(item) != "item" or not item.get("identifierref"):
            continue
        resource = resources.get(item.get("identifierref", ""))
        if resource is None:
            raise CannotRead(
                f"its manifest names {item.get('identifierref', '')[:100]}, and has no such resource"
            )
        base = _attribute(resource, "base")
        href = f"{base}{resource.get('href', '')}{_parameters(item)}"
        path, mark, query = href.partition("?")
        path = archives.within(path)
        if not path or not archive.has(path):
            raise CannotRead(
                f"its manifest begins a part with {unquote(href)[:100]}, which is not in the package"
            )
        yield ScoText(
            identifier=item.get("identifier", "")[:255] or path[:255],
            title=_child_text(item, "title")[:200] or path[:200],
            entry=f"{path}{mark}{query}"[:1000],
            launch_data=(_child_text(item, "datafromlms") or _child_text(item, "dataFromLMS"))[
                :MOST_LAUNCH_DATA
            ],
            mastery=_child_text(item, "masteryscore")[:20] or _scaled_passing(item)[:20],
            tracks=_attribute(resource, "scormtype").lower() != "asset",
        )


def _apart(scos: tuple[ScoText, ...]) -> tuple[ScoText, ...]:
    """Identifiers that are there twice are made different."""
    seen: dict[str, int] = {}
    made = []
    for sco in scos:
        count = seen[sco.identifier] = seen.get(sco.identifier, 0) + 1
        made.append(sco if count == 1 else replace(sco, identifier=f"{sco.identifier[:240]}-{count}"))
    return tuple(made)


def _parameters(item: Element) -> str:
    said = item.get("parameters", "").lstrip("&")
    return said if not said or said.startswith(("?", "#")) else f"?{said}"


def _scaled_passing(item: Element) -> str:
    return next(
        (one.text or "" for one in item.iter() if xml.name(one) == "minNormalizedMeasure"), ""
    ).strip()


def _child_text(element: Element, name: str) -> str:
    return next((" ".join((one.text or "").split()) for one in element if xml.name(one) == name), "")


def _attribute(element: Element, name: str) -> str:
    """An attribute whatever its namespace and its capitals: 1.2 says scormtype, 2004 scormType."""
    return next(
        (said for key, said in element.attrib.items() if key.rpartition("}")[2].lower() == name.lower()), ""
    )
