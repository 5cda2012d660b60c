from lms.notifications.models.notice import Notice
from lms.notifications.models.webhooks import Attempt, Call, Endpoint

__all__ = ["Attempt", "Call", "Endpoint", "Notice"]
