"""What can be had, and for how much."""

from django.db import models


class Product(models.Model):
    """Something offered for money or for nothing. Billing does not know what it is: a key and a kind."""

    key = models.SlugField(max_length=100, unique=True)
    kind = models.CharField(max_length=20)
    title = models.CharField(max_length=200)
    amount_minor = models.PositiveIntegerField("price in minor units, without tax")
    currency = models.CharField(max_length=3, default="EUR")

    def __str__(self) -> str:
        return self.title
