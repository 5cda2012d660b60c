"""Content files written: the YAML and the front matter that `lms.kit.content` reads."""

from collections.abc import Mapping
from typing import Any

import yaml


class Row(list[Any]):
    """A list that stands on one line, its texts in quotes: ["4.1", "A.2.2"]."""


class Line(dict[str, Any]):
    """A mapping that stands on one line: {amount: 129000, currency: EUR}."""


class _Quoted(str):
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


def _row(dumper: yaml.SafeDumper, value: Row) -> yaml.SequenceNode:
    parts = [_Quoted(part) if isinstance(part, str) else part for part in value]
    return dumper.represent_sequence("tag:yaml.org,2002:seq", parts, flow_style=True)


def _line(dumper: yaml.SafeDumper, value: Line) -> yaml.MappingNode:
    return dumper.represent_mapping("tag:yaml.org,2002:map", value.items(), flow_style=True)


def _quoted(dumper: yaml.SafeDumper, value: _Quoted) -> yaml.ScalarNode:
    return dumper.represent_scalar("tag:yaml.org,2002:str", str(value), style='"')


_Dumper.add_representer(str, _text)
_Dumper.add_representer(Row, _row)
_Dumper.add_representer(Line, _line)
_Dumper.add_representer(_Quoted, _quoted)


def yaml_text(values: Mapping[str, Any]) -> str:
    """The mapping as YAML, its keys in their order, no line broken."""
    made: str = yaml.dump(
        dict(values),
        Dumper=_Dumper,
        allow_unicode=True,
        sort_keys=False,
        default_flow_style=False,
        width=float("inf"),
    )
    return made


def markdown_text(front: Mapping[str, Any], body: str) -> str:
    """Front matter and body, as `content.read_markdown` takes them apart."""
    return f"---\n{yaml_text(front)}---\n\n{body.strip()}\n"
