"""A person: who logs in, and under which names they appear."""

import uuid
from typing import Any

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager, PermissionsMixin
from django.db import models
from django.db.models.functions import Lower
from django.utils import timezone


class PersonManager(BaseUserManager["Person"]):
    def create_user(self, email: str, password: str | None = None, **facts: Any) -> "Person":
        """A new person with this address and password; `facts` are further fields."""
        person = self.model(email=self.normalize_email(email), **facts)
        person.set_password(password)
        person.save(using=self._db)
        return person

    def create_superuser(self, email: str, password: str | None = None, **facts: Any) -> "Person":
        return self.create_user(email, password, is_staff=True, is_superuser=True, **facts)


class Person(AbstractBaseUser, PermissionsMixin):
    """An account. The e-mail address is the name to log in by; it may change, `uuid` never does."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    email = models.EmailField("e-mail address", unique=True)
    display_name = models.CharField("name", max_length=120, help_text="How others here see you.")
    certificate_name = models.CharField(
        "name on certificates",
        max_length=120,
        blank=True,
        default="",
        help_text="As it shall be printed, in your own script. Left empty, your name is used.",
    )
    certificate_name_latin = models.CharField(
        "the same in Latin letters",
        max_length=70,
        blank=True,
        default="",
        help_text="Printed beside a name in another script, so that everybody can read it.",
    )
    legal_name = models.CharField(
        "legal name",
        max_length=120,
        blank=True,
        default="",
        help_text="As in your identity document, if it differs. Only who checks identities sees it.",
    )
    language = models.CharField(max_length=10, default="en-gb")
    time_zone = models.CharField(max_length=60, default="UTC")
    is_staff = models.BooleanField("may open the admin", default=False)
    is_active = models.BooleanField(default=True)
    date_joined = models.DateTimeField(default=timezone.now)

    objects = PersonManager()

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS = ["display_name"]

    class Meta:
        verbose_name_plural = "people"
        constraints = [
            models.UniqueConstraint(Lower("email"), name="person_email_once_whatever_its_case"),
            models.CheckConstraint(condition=~models.Q(email=""), name="person_has_email"),
        ]

    def __str__(self) -> str:
        return self.display_name or self.email

    def get_full_name(self) -> str:
        return self.display_name

    def get_short_name(self) -> str:
        return self.display_name.split(" ")[0] if self.display_name else self.email
