"""Registers keep parts in order, one for each key."""

from lms.kit import gather


def part(key, order):
    return gather.ReadinessPart(key, order, lambda: "")


def test_parts_come_in_their_order_whatever_the_order_of_adding():
    register = gather.Register("example")
    register.add(part("b", 20))
    register.add(part("a", 10))
    assert [p.key for p in register] == ["a", "b"]


def test_adding_a_key_again_replaces_the_part():
    register = gather.Register("example")
    register.add(part("a", 10))
    register.add(part("a", 30))
    assert [(p.key, p.order) for p in register] == [("a", 30)]
