"""How passwords are kept."""

from django.contrib.auth.hashers import Argon2PasswordHasher


class Argon2(Argon2PasswordHasher):
    """Argon2id at OWASP's one-thread setting (46 MiB, one pass).

    Django's own setting costs eight times the processor time on this kind of machine: a few hundred sign-ins
    at once would then stop the site. Sign-ins are limited by address and by account besides.
    """

    time_cost = 1
    memory_cost = 47104
    parallelism = 1
