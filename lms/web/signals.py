"""What the pages that span floors tell the house."""

from lms.signals import Announcement

clock_moved = Announcement(
    "web.clock_moved",
    facts=("ahead",),
    says="Somebody has moved the demonstration's clock; `ahead` is how far it now is ahead of the present.",
)
