"""Second-factor codes on the command line, for demos only."""

import re
from io import StringIO

import pytest
from allauth.mfa.models import Authenticator
from django.core.management import CommandError, call_command

from community.core.models import DemoMark
from community.members import actions
from tests.builders.members import a_member

pytestmark = pytest.mark.django_db


@pytest.fixture
def lin():
    member = a_member(name="Lin", email="lin@demo.example", is_demo=True, role="moderator")
    actions.enrol_totp(member=member)
    return member


@pytest.mark.parametrize("who", ["Lin", "moderator", "lin@demo.example"])
def test_a_demo_members_code_opens(lin, who):
    DemoMark.objects.create(pk=DemoMark.ONLY)
    out = StringIO()
    call_command("demo_code", who, stdout=out)
    code = re.match(r"\d{6}", out.getvalue()).group()
    assert Authenticator.objects.get(user=lin, type="totp").wrap().validate_code(code)


def test_a_real_site_prints_nothing(lin):
    with pytest.raises(CommandError, match="not a demo"):
        call_command("demo_code", "Lin")


def test_real_people_in_a_demo_keep_their_codes(lin):
    DemoMark.objects.create(pk=DemoMark.ONLY)
    real = a_member(name="Real")
    actions.enrol_totp(member=real)
    with pytest.raises(CommandError, match="No demo member"):
        call_command("demo_code", "Real")
