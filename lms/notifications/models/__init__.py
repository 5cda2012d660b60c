from lms.notifications.models.notice import Notice, Preference, Undeliverable
from lms.notifications.models.webhooks import Attempt, Call, Endpoint

__all__ = ["Attempt", "Call", "Endpoint", "Notice", "Preference", "Undeliverable"]
