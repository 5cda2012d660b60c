"""How passwords are kept."""

from django.contrib.auth.hashers import Argon2PasswordHasher


class Argon2id(Argon2PasswordHasher):
    """Argon2id with the parameters of OWASP's password storage guide: 19 MiB, two passes, one lane.

    Django's own default would cost more processor time at one login than a whole exam does.
    """

    time_cost = 2
    memory_cost = 19_456
    parallelism = 1
