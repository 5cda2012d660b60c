"""The layouts that a design may name: each is a template and a style sheet of that name."""

NAMES = ("engraved",)
