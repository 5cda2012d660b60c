from lms.notifications.models.notice import Notice

__all__ = ["Notice"]
