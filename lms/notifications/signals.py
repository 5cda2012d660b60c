"""What the notices announce."""

from lms.signals import Announcement

endpoint_silenced = Announcement(
    "notifications.endpoint_silenced",
    facts=("organisation_id", "endpoint_uuid", "url", "at"),
    says="An organisation's address was called in vain so often, or said that it is gone, that it is called no more "
    "until somebody resumes it. What was to be told waits.",
)
