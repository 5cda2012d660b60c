"""Content files written: the YAML and the front matter that `lms.kit.content` reads."""

import os
import tempfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from lms.kit.content import Problems, read_yaml

FOLDED, WIDTH = 90, 116
# Tables keep no order of these.
REFERENCES = frozenset({"clauses", "controls", "see"})
_STRAIGHT = str.maketrans("“”’", '""\'')


class Row(list[Any]):
    """A list that stands on one line, its texts in quotes: ["4.1", "A.2.2"]."""


class Line(dict[str, Any]):
    """A mapping that stands on one line: {amount: 129000, currency: EUR}."""


class _Quoted(str):
    __slots__ = ()


class Long(str):
    """A text that is folded over several lines where it is long."""

    __slots__ = ()


class _Dumper(yaml.SafeDumper):
    """Lists stand further in than their key and quotation marks are double, as people write them."""

    def increase_indent(self, flow: bool = False, indentless: bool = False) -> None:
        super().increase_indent(flow, False)

    def choose_scalar_style(self) -> str:
        style: str = super().choose_scalar_style()
        return '"' if style == "'" else style

    def ignore_aliases(self, data: Any) -> bool:
        return True


def _text(dumper: yaml.SafeDumper, value: str) -> yaml.ScalarNode:
    # A text of several lines stands on one, or a line of it might be taken for the end of its block.
    return dumper.represent_scalar("tag:yaml.org,2002:str", value, style='"' if "\n" in value else None)


def _long(dumper: yaml.SafeDumper, value: Long) -> yaml.ScalarNode:
    if "\n" in value or len(value) < FOLDED or value != value.strip():
        return _text(dumper, str(value))
    return dumper.represent_scalar("tag:yaml.org,2002:str", str(value), style=">")


def _row(dumper: yaml.SafeDumper, value: Row) -> yaml.SequenceNode:
    parts = [_Quoted(part) if isinstance(part, str) else part for part in value]
    return dumper.represent_sequence("tag:yaml.org,2002:seq", parts, flow_style=True)


def _line(dumper: yaml.SafeDumper, value: Line) -> yaml.MappingNode:
    return dumper.represent_mapping("tag:yaml.org,2002:map", value.items(), flow_style=True)


def _quoted(dumper: yaml.SafeDumper, value: _Quoted) -> yaml.ScalarNode:
    return dumper.represent_scalar("tag:yaml.org,2002:str", str(value), style='"')


_Dumper.add_representer(str, _text)
_Dumper.add_representer(Long, _long)
_Dumper.add_representer(Row, _row)
_Dumper.add_representer(Line, _line)
_Dumper.add_representer(_Quoted, _quoted)


def straight(text: str) -> str:
    """The text with the quotation marks of a keyboard."""
    return text.translate(_STRAIGHT)


def yaml_text(values: Mapping[str, Any], *, width: float = float("inf")) -> str:
    """The mapping as YAML, its keys in their order; no line is broken but at `width`."""
    made: str = yaml.dump(
        dict(values),
        Dumper=_Dumper,
        allow_unicode=True,
        sort_keys=False,
        default_flow_style=False,
        width=width,
    )
    return made


def markdown_text(front: Mapping[str, Any], body: str) -> str:
    """Front matter and body, as `content.read_markdown` takes them apart."""
    return f"---\n{yaml_text(front)}---\n\n{body.strip()}\n"


def says(path: Path, values: Mapping[str, Any]) -> bool:
    """Whether a YAML file says the same: empty keys, the shape of quotation marks and the order of references count
    for nothing."""
    found = read_yaml(path, Problems()) if path.is_file() else None
    return found is not None and _said(found.plain()) == _said(values)


def _said(value: Any, name: str = "") -> Any:
    if isinstance(value, Mapping):
        told = {key: _said(one, key) for key, one in value.items()}
        return {key: one for key, one in told.items() if one not in (None, "", [], {}, False)}
    if isinstance(value, list | tuple):
        parts = [_said(one) for one in value]
        return sorted(parts) if name in REFERENCES and all(isinstance(one, str) for one in parts) else parts
    return " ".join(straight(value).split()) if isinstance(value, str) else value


@dataclass
class Shelf:
    """A folder that content is written to. Counts what it wrote, and what it found as it was."""

    folder: Path
    written: int = 0
    unchanged: int = 0
    notes: list[str] = field(default_factory=list)

    def put(self, name: str, text: str | bytes) -> None:
        """Writes a file of this folder, whole or not at all, unless it has this content already."""
        path = self.folder / name
        data = text.encode() if isinstance(text, str) else text
        if path.is_file() and path.read_bytes() == data:
            self.unchanged += 1
            return
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, beside = tempfile.mkstemp(dir=path.parent)
        with os.fdopen(handle, "wb") as file:
            file.write(data)
        Path(beside).chmod(0o644)
        Path(beside).replace(path)
        self.written += 1

    def put_yaml(self, name: str, values: Mapping[str, Any]) -> None:
        """Writes a YAML file, unless one stands there that says the same, however it is laid out."""
        if says(self.folder / name, values):
            self.unchanged += 1
        else:
            self.put(name, yaml_text(values, width=WIDTH))

    def keys(self, pattern: str, wanted: Callable[[Path], bool] = lambda path: True) -> dict[str, Path]:
        """The YAML files of this folder by their `key`, as far as they are wanted."""
        found = {}
        for path in filter(wanted, sorted(self.folder.glob(pattern))):
            node = read_yaml(path, Problems())
            if node is not None and isinstance(node.values.get("key"), str):
                found[node.values["key"]] = path
        return found
