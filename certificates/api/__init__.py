"""The JSON doors of verification; docs/api-verification.md describes them."""

from certificates.api.showing import router

__all__ = ["router"]
