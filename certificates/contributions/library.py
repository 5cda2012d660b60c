"""Reading schemes and designs from the library of content."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from certificates.actions import publishing
from certificates.documents import layouts
from certificates.queries import revisions
from certificates.rules import scheme_file
from lms.kit.content import Node, Problems, read_yaml
from lms.kit.gather import LoadCount, WriteCount
from lms.kit.writing import Shelf


@dataclass
class Read:
    """Designs and schemes by key and version; a later folder's file replaces an earlier one's."""

    designs: dict[tuple[str, int], dict[str, Any]] = field(default_factory=dict)
    schemes: dict[tuple[str, int], dict[str, Any]] = field(default_factory=dict)


def read(folders: Sequence[Path], problems: Problems) -> Read:
    """Everything in `designs/` and `schemes/` of the folders; faults are noted with file and line."""
    content = Read()
    for folder in folders:
        for path in sorted((folder / "designs").glob("*.yaml")):
            _enter(content.designs, _design(path, problems))
        for path in sorted((folder / "schemes").glob("*.yaml")):
            node = read_yaml(path, problems)
            _enter(content.schemes, scheme_file.scheme(node) if node else None)
            if node and not any(key == node.values.get("design") for key, _ in content.designs):
                node.complain("there is no design of that key", "design")
    return content


def write(content: Read) -> LoadCount:
    """Publishes what was read; a version that somebody relies on is kept, with a note that says so."""
    outcomes, notes = [], []
    for (key, number), data in sorted(content.designs.items()):
        outcomes.append(publishing.publish_design(data=data))
        if outcomes[-1] is publishing.Published.KEPT:
            notes.append(
                f"design {key} {number} stands on certificates, or was made here: raise its version to change it"
            )
    for (key, number), data in sorted(content.schemes.items()):
        outcomes.append(publishing.publish_scheme(data=data))
        if outcomes[-1] is publishing.Published.KEPT:
            notes.append(f"scheme {key} {number} is relied upon: raise its version to change it")
    counts = {outcome.value: outcomes.count(outcome) for outcome in publishing.Published}
    return LoadCount(**counts, notes=tuple(notes))


def export(folder: Path, beside: Path | None) -> WriteCount:
    """Writes the newest version of each scheme and design into `folder`, but not those of `beside`."""
    shelf = Shelf(folder)
    taken = read([beside], Problems()) if beside else Read()
    there = read([folder], Problems()) if folder.is_dir() else Read()
    for version in revisions.newest_schemes():
        if not any(key == version.scheme.key for key, _ in taken.schemes):
            data = version.data
            _put(shelf, "schemes", data, there.schemes, scheme_file.as_written(data))
    for design in revisions.newest_designs():
        if not any(key == design.design.key for key, _ in taken.designs):
            _put(shelf, "designs", design.data, there.designs, design.data)
    return WriteCount(shelf.written, shelf.unchanged)


def _put(
    shelf: Shelf,
    name: str,
    data: Mapping[str, Any],
    there: Mapping[tuple[str, int], dict[str, Any]],
    said: Mapping[str, Any],
) -> None:
    if there.get((data["key"], data["version"])) == data:
        shelf.unchanged += 1
        return
    path = shelf.keys(f"{name}/*.yaml").get(data["key"], shelf.folder / name / f"{data['key']}.yaml")
    shelf.put_yaml(str(path.relative_to(shelf.folder)), said)


def _design(path: Path, problems: Problems) -> dict[str, Any] | None:
    node = read_yaml(path, problems)
    if node is None:
        return None
    node.only("key", "title", "version", "layout", "colours", "words")
    layout = node.text("layout")
    if layout and layout not in layouts.NAMES:
        node.complain(f"there is no layout '{layout}' (there is: {', '.join(layouts.NAMES)})", "layout")
    colours, words = node.node("colours"), node.node("words")
    colours.only(*layouts.COLOURS)
    words.only(*layouts.WORDS)
    return {
        "key": node.text("key", most=40),
        "title": node.text("title", most=120),
        "version": node.whole("version", least=1, most=9999),
        "layout": layout,
        "colours": {name: _colour(colours, name) for name in layouts.COLOURS},
        "words": {name: words.text(name, most=300) for name in layouts.WORDS},
    }


def _colour(node: Node, name: str) -> str:
    colour = node.text(name)
    # It is written into a style sheet: nothing but a colour may pass.
    if len(colour) != 7 or colour[0] != "#" or any(c not in "0123456789abcdefABCDEF" for c in colour[1:]):
        node.complain(f"'{name}' must be a colour such as \"#1c5a58\"", name)
    return colour


def _enter(into: dict[tuple[str, int], dict[str, Any]], data: dict[str, Any] | None) -> None:
    if data is not None:
        into[data["key"], data["version"]] = data
