"""The colours that text is set in can be read on everything that it is set on, light and dark."""

import re
from math import cos, radians, sin
from pathlib import Path

import pytest
from django.conf import settings

TOKENS = (Path(settings.BASE_DIR) / "lms/web/static/web/tokens.css").read_text()
PAIRS = re.findall(r"--([\w-]+): light-dark\(oklch\(([^)/]+)\), oklch\(([^)/]+)\)\);", TOKENS)
COLOURS = {
    (name, scheme): value
    for name, *both in PAIRS
    for scheme, value in zip(("light", "dark"), both, strict=True)
}
GROUNDS = ("paper", "paper-raised", "paper-sunk")
READ = [
    *(
        (text, ground)
        for text in ("ink", "ink-soft", "accent", "accent-strong", "ended")
        for ground in GROUNDS
    ),
    *((text, "accent-wash") for text in ("ink", "ink-soft", "accent", "accent-strong")),
    *((tone, f"{tone}-wash") for tone in ("valid", "due", "suspended", "ended")),
    *(("ink", f"{tone}-wash") for tone in ("valid", "due", "suspended", "ended")),
    ("on-accent", "accent"),
    ("on-accent", "accent-strong"),
]
SEEN = [("rule-strong", "paper"), ("rule-strong", "paper-raised"), ("focus", "paper"), ("engraving", "paper")]


def luminance(oklch: str) -> float:
    """The relative luminance of WCAG for a colour given in OKLCH."""
    lightness, chroma, hue = oklch.split()
    light = float(lightness.rstrip("%")) / 100
    a, b = float(chroma) * cos(radians(float(hue))), float(chroma) * sin(radians(float(hue)))
    long = (light + 0.3963377774 * a + 0.2158037573 * b) ** 3
    middle = (light - 0.1055613458 * a - 0.0638541728 * b) ** 3
    short = (light - 0.0894841775 * a - 1.2914855480 * b) ** 3
    red = 4.0767416621 * long - 3.3077115913 * middle + 0.2309699292 * short
    green = -1.2684380046 * long + 2.6097574011 * middle - 0.3413193965 * short
    blue = -0.0041960863 * long - 0.7034186147 * middle + 1.7076147010 * short
    red, green, blue = (max(0.0, min(1.0, part)) for part in (red, green, blue))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    dark, light = sorted((luminance(one), luminance(other)))
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize(("text", "ground"), READ)
def test_text_stands_out_four_and_a_half_to_one(text, ground, scheme):
    assert contrast(COLOURS[text, scheme], COLOURS[ground, scheme]) >= 4.5


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize(("line", "ground"), SEEN)
def test_lines_that_mean_something_stand_out_three_to_one(line, ground, scheme):
    assert contrast(COLOURS[line, scheme], COLOURS[ground, scheme]) >= 3


def test_black_on_white_is_twenty_one_to_one():
    assert round(contrast("0% 0 0", "100% 0 0"), 1) == 21.0
