from hypothesis import given
from hypothesis import strategies as st

from exams.rules import responses
from exams.rules.acceptance import Event

EVENTS = st.lists(
    st.builds(
        Event,
        st.integers(1, 4),
        st.integers(1, 30),
        st.integers(1, 6),
        st.sampled_from(["a", "b", "c", None]),
    ),
    unique_by=lambda event: (event.epoch, event.seq),
)


def test_the_highest_epoch_and_then_the_highest_seq_counts() -> None:
    events = [Event(1, 9, 1, "a"), Event(2, 1, 1, "b"), Event(2, 2, 1, "c"), Event(1, 3, 2, "a")]
    assert responses.current(events) == {1: "c", 2: "a"}


def test_an_older_epoch_fills_only_what_the_newer_left_untouched() -> None:
    assert responses.current([Event(2, 1, 1, "b"), Event(1, 50, 1, "a"), Event(1, 51, 2, "a")]) == {
        1: "b",
        2: "a",
    }


def test_a_clearing_is_a_change_and_leaves_no_response() -> None:
    assert responses.current([Event(1, 1, 1, "a"), Event(1, 2, 1, None)]) == {}
    assert responses.current([Event(2, 1, 1, None), Event(1, 9, 1, "a")]) == {}


@given(EVENTS, st.randoms(use_true_random=False))
def test_the_order_of_arrival_does_not_matter(events: list[Event], dice) -> None:
    shuffled = list(events)
    dice.shuffle(shuffled)
    assert responses.current(shuffled) == responses.current(events)


@given(EVENTS)
def test_arriving_twice_changes_nothing(events: list[Event]) -> None:
    assert responses.current(events + events) == responses.current(events)


def test_the_receipt_binds_answers_sitting_and_form() -> None:
    digest = responses.receipt_digest({2: "b", 1: "a"}, sitting="s", form_digest="f")
    assert digest == responses.receipt_digest({1: "a", 2: "b"}, sitting="s", form_digest="f")
    others = [
        responses.receipt_digest({1: "a", 2: "c"}, sitting="s", form_digest="f"),
        responses.receipt_digest({1: "a", 2: "b"}, sitting="t", form_digest="f"),
        responses.receipt_digest({1: "a", 2: "b"}, sitting="s", form_digest="g"),
    ]
    assert len({digest, *others}) == 4
