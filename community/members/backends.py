"""Signing in."""

from django.contrib.auth.backends import ModelBackend


class MemberBackend(ModelBackend):
    pass
