"""Signing up and in: by code, by password, and what a guesser learns."""

import re

import pytest
from allauth.account.models import EmailAddress
from django.core import mail
from django.core.cache import cache
from django.test import Client
from django.urls import reverse

from community.members.models import Member
from tests.builders.members import PASSWORD, a_member

pytestmark = pytest.mark.django_db
SIGN_UP = {"name": "Anna Kuhn", "email": "anna@example.org", "how": "code", "rules": "on"}


def the_code() -> str:
    return re.search(r"^\d{6}$", mail.outbox[-1].body, re.MULTILINE).group()


def body(response) -> str:
    """A page without what differs by nature: tokens, and the address that was typed."""
    text = re.sub(r'name="csrfmiddlewaretoken" value="[^"]+"', "", response.content.decode())
    return re.sub(r"[\w.]+@example\.org", "ADDRESS", text)


def is_signed_in(client: Client) -> bool:
    return "_auth_user_id" in client.session


class TestSigningUp:
    def test_with_a_code(self, client, facts):
        response = client.post(reverse("account_signup"), SIGN_UP)
        assert response.url == reverse("account_email_verification_sent")
        assert not is_signed_in(client) and not facts.of("MemberJoined")
        assert client.get(reverse("members:profile", args=["Anna Kuhn"])).status_code == 404

        response = client.post(response.url, {"code": the_code()})
        assert response.url == "/" and is_signed_in(client)
        member = Member.objects.get()
        assert member.name == "Anna Kuhn" and not member.has_usable_password()
        assert facts.only("MemberJoined").member_id == member.pk

    def test_with_a_password(self, client):
        client.post(reverse("account_signup"), SIGN_UP | {"how": "password", "password1": PASSWORD})
        client.post(reverse("account_email_verification_sent"), {"code": the_code()})
        assert is_signed_in(client) and Member.objects.get().check_password(PASSWORD)

    def test_with_a_passkey_or_without_one_after_all(self, client):
        client.post(reverse("account_signup"), SIGN_UP | {"how": "passkey"})
        response = client.post(reverse("account_email_verification_sent"), {"code": the_code()})
        assert response.url == reverse("mfa_signup_webauthn") and not is_signed_in(client)
        page = client.get(response.url)
        assert b"creation_options" in page.content
        assert client.post(reverse("members:passkey_later")).url == "/"
        assert is_signed_in(client)

    def test_the_next_page_is_kept_through_all_steps(self, client):
        client.post(reverse("account_signup"), SIGN_UP | {"next": "/boards/"})
        response = client.post(reverse("account_email_verification_sent"), {"code": the_code()})
        assert response.url == "/boards/"

    @pytest.mark.parametrize(
        ("changes", "field"),
        [
            ({"name": "x"}, "name"),
            ({"name": "admin"}, "name"),
            ({"name": ""}, "name"),
            ({"email": "anna"}, "email"),
            ({"rules": ""}, "rules"),
            ({"how": "wish"}, "how"),
            ({"how": "password", "password1": ""}, "password1"),
            ({"how": "password", "password1": "123456"}, "password1"),
            ({"how": "password", "password1": "password123456"}, "password1"),
        ],
    )
    def test_what_cannot_be_taken_is_said_beside_its_field(self, client, changes, field):
        response = client.post(reverse("account_signup"), SIGN_UP | changes)
        assert response.status_code == 200
        assert field in response.context["form"].errors
        assert not Member.objects.exists()

    def test_a_weak_password_left_in_the_form_does_not_matter_when_signing_in_by_code(self, client):
        response = client.post(reverse("account_signup"), SIGN_UP | {"password1": "123"})
        assert response.status_code == 302
        assert not Member.objects.get().has_usable_password()

    def test_a_taken_name_is_refused_while_nothing_is_said_about_addresses(self, client):
        a_member(name="Anna Kuhn")
        response = client.post(reverse("account_signup"), SIGN_UP)
        assert "name" in response.context["form"].errors

    def test_a_name_lost_at_the_last_moment_is_an_error_in_the_form(self, client, monkeypatch):
        a_member(name="Anna Kuhn")
        monkeypatch.setattr("community.members.signup.free_key", lambda *args, **kwargs: "annakuhn")
        response = client.post(reverse("account_signup"), SIGN_UP)
        assert response.status_code == 200 and "name" in response.context["form"].errors

    def test_a_mistyped_address_starts_again_with_the_same_name(self, client):
        client.post(reverse("account_signup"), SIGN_UP | {"email": "ana@example.org"})
        response = client.post(reverse("members:sign_up_again"))
        assert response.url == reverse("account_signup")
        assert client.get(response.url).context["form"].initial["name"] == "Anna Kuhn"
        assert client.post(reverse("account_signup"), SIGN_UP).status_code == 302
        assert Member.objects.get().email == "anna@example.org"

    def test_whoever_goes_back_and_corrects_the_address_is_written_to_there(self, client):
        client.post(reverse("account_signup"), SIGN_UP | {"email": "anna@exmaple.org"})
        again = client.post(reverse("account_signup"), SIGN_UP)
        assert "anna@example.org" in client.get(again.url).content.decode()
        assert mail.outbox[-1].to == ["anna@example.org"] and len(mail.outbox) == 2
        assert Member.objects.get().email == "anna@example.org"

    def test_the_same_form_sent_twice_is_one_sign_up(self, client):
        first, second = (client.post(reverse("account_signup"), SIGN_UP) for _ in range(2))
        assert first.url == second.url and len(mail.outbox) == 1 and Member.objects.count() == 1

    def test_every_step_looks_the_same_for_an_address_that_has_an_account(self):
        known = a_member(email="known@example.org")
        bodies = []
        for address in ("known@example.org", "unknown@example.org"):
            visitor = Client()
            first = visitor.post(
                reverse("account_signup"), SIGN_UP | {"email": address, "name": f"N {address[:2]}"}
            )
            page = visitor.get(first.url)
            wrong = visitor.post(first.url, {"code": "000000"})
            again = visitor.post(first.url, {"action": "resend"}, follow=True)
            bodies.append([first.url, body(page), body(wrong), body(again)])
        assert bodies[0] == bodies[1]
        assert EmailAddress.objects.filter(user=known).count() == 1
        assert "already" in mail.outbox[0].subject

    def test_a_name_is_taken_alike_whether_or_not_an_account_was_made(self):
        a_member(email="known@example.org")
        Client().post(
            reverse("account_signup"), SIGN_UP | {"email": "known@example.org", "name": "First Name"}
        )
        Client().post(
            reverse("account_signup"), SIGN_UP | {"email": "unknown@example.org", "name": "Other Name"}
        )
        for name in ("First Name", "Other Name"):
            response = Client().post(
                reverse("account_signup"), SIGN_UP | {"email": "third@example.org", "name": name}
            )
            assert response.context["form"].errors["name"].as_data()[0].code == "name_taken"

    def test_both_can_start_again_with_their_name(self):
        a_member(email="known@example.org")
        for address in ("known@example.org", "unknown@example.org"):
            visitor = Client()
            visitor.post(reverse("account_signup"), SIGN_UP | {"email": address, "name": "Some Name"})
            visitor.post(reverse("members:sign_up_again"))
            corrected = SIGN_UP | {"email": f"really-{address}", "name": "Some Name"}
            again = visitor.post(reverse("account_signup"), corrected)
            assert again.status_code == 302
            visitor.post(reverse("members:sign_up_again"))

    def test_a_password_is_hashed_for_a_known_address_too(self, client, monkeypatch):
        a_member(email="known@example.org")
        hashed = []
        monkeypatch.setattr("community.members.forms.make_password", hashed.append)
        client.post(
            reverse("account_signup"),
            SIGN_UP | {"email": "known@example.org", "how": "password", "password1": PASSWORD},
        )
        assert hashed == [PASSWORD]

    def test_whoever_opened_an_account_with_somebodys_address_does_not_keep_a_key_to_it(self, client):
        Client().post(reverse("account_signup"), SIGN_UP | {"how": "password", "password1": PASSWORD})
        client.post(reverse("account_login"), {"login": "anna@example.org", "way": "code"})
        client.post(reverse("account_confirm_login_code"), {"code": the_code()})
        assert is_signed_in(client)
        assert not Member.objects.get().has_usable_password()

    def test_the_same_with_a_reset_code_that_is_left_halfway(self, client):
        Client().post(reverse("account_signup"), SIGN_UP | {"how": "password", "password1": PASSWORD})
        client.post(reverse("account_reset_password"), {"email": "anna@example.org"})
        client.post(reverse("account_confirm_password_reset_code"), {"code": the_code()})
        assert not Member.objects.get().has_usable_password()

    def test_whoever_comes_back_with_the_own_password_keeps_it(self, client):
        Client().post(reverse("account_signup"), SIGN_UP | {"how": "password", "password1": PASSWORD})
        cache.clear()  # ten seconds later: one letter at a time
        client.post(reverse("account_login"), {"login": "anna@example.org", "password": PASSWORD})
        client.post(reverse("account_email_verification_sent"), {"code": the_code()})
        assert is_signed_in(client) and Member.objects.get().check_password(PASSWORD)


class TestSigningIn:
    @pytest.mark.parametrize("form", [{"way": "code"}, {}, {"way": "code", "password": "autofilled"}])
    def test_with_a_code(self, client, form):
        member = a_member(email="anna@example.org", password=PASSWORD)
        response = client.post(reverse("account_login"), {"login": "ANNA@example.org", **form})
        assert response.url == reverse("account_confirm_login_code")
        client.post(response.url, {"code": the_code()})
        assert client.session["_auth_user_id"] == str(member.pk)

    @pytest.mark.parametrize("form", [{"way": "password"}, {}])
    def test_with_a_password(self, client, form):
        member = a_member(email="anna@example.org", password=PASSWORD)
        before = client.session.session_key
        response = client.post(
            reverse("account_login"),
            {"login": "anna@example.org", "password": PASSWORD, "next": "/boards/", **form},
        )
        assert response.url == "/boards/"
        assert client.session["_auth_user_id"] == str(member.pk)
        assert client.session.session_key != before

    def test_the_session_gets_a_new_id(self, client):
        a_member(email="anna@example.org", password=PASSWORD)
        session = client.session
        session["kept"] = 1
        session.save()
        fixed = session.session_key
        client.cookies["sessionid"] = fixed
        client.post(reverse("account_login"), {"login": "anna@example.org", "password": PASSWORD})
        assert client.session.session_key != fixed
        assert not client.session.exists(fixed)

    def test_a_password_is_asked_for_when_its_button_was_pressed(self, client):
        response = client.post(reverse("account_login"), {"login": "anna@example.org", "way": "password"})
        assert "password" in response.context["form"].errors and not mail.outbox

    @pytest.mark.parametrize("way", ["password", "code"])
    def test_known_and_unknown_addresses_get_the_same_answers(self, way):
        a_member(email="known@example.org", password=PASSWORD)
        bodies = []
        for address in ("known@example.org", "unknown@example.org"):
            visitor = Client()
            form = {"login": address, "password": "wrong-password", "way": way}
            answer = visitor.post(reverse("account_login"), form, follow=True)
            bodies.append([answer.redirect_chain, body(answer)])
            if way == "code":
                wrong = visitor.post(reverse("account_confirm_login_code"), {"code": "000000"})
                again = visitor.post(reverse("account_confirm_login_code"), {"action": "resend"}, follow=True)
                bodies[-1] += [body(wrong), body(again)]
        assert bodies[0] == bodies[1]
        assert len(mail.outbox) == (3 if way == "code" else 0)  # the resend goes to the real one only

    def test_the_same_for_a_password_reset(self):
        a_member(email="known@example.org", password=PASSWORD)
        bodies = []
        for address in ("known@example.org", "unknown@example.org"):
            visitor = Client()
            answer = visitor.post(reverse("account_reset_password"), {"email": address}, follow=True)
            wrong = visitor.post(reverse("account_confirm_password_reset_code"), {"code": "000000"})
            bodies.append([answer.redirect_chain, body(answer), body(wrong)])
        assert bodies[0] == bodies[1]

    def test_a_code_dies_after_three_wrong_tries(self, client):
        a_member(email="anna@example.org")
        client.post(reverse("account_login"), {"login": "anna@example.org", "way": "code"})
        code = the_code()
        for _ in range(3):
            client.post(reverse("account_confirm_login_code"), {"code": "000000"})
        client.post(reverse("account_confirm_login_code"), {"code": code})
        assert not is_signed_in(client)

    def test_a_code_opens_once(self, client):
        a_member(email="anna@example.org")
        client.post(reverse("account_login"), {"login": "anna@example.org", "way": "code"})
        stolen = client.cookies["sessionid"].value
        client.post(reverse("account_confirm_login_code"), {"code": the_code()})
        assert is_signed_in(client)
        thief = Client()
        thief.cookies["sessionid"] = stolen
        thief.post(reverse("account_confirm_login_code"), {"code": the_code()})
        assert not is_signed_in(thief)

    def test_five_wrong_passwords_close_the_door_for_that_address_whatever_the_header_says(self):
        a_member(email="anna@example.org", password=PASSWORD)
        for n in range(5):
            Client(HTTP_X_FORWARDED_FOR=f"203.0.113.{n}", REMOTE_ADDR=f"198.51.100.{n}").post(
                reverse("account_login"), {"login": "anna@example.org", "password": f"wrong-{n}"}
            )
        late = Client(HTTP_X_FORWARDED_FOR="203.0.113.99", REMOTE_ADDR="198.51.100.99")
        response = late.post(reverse("account_login"), {"login": "anna@example.org", "password": PASSWORD})
        assert not is_signed_in(late)
        assert "Too many tries" in response.content.decode()

    def test_a_closed_account_stays_out(self, client):
        a_member(email="anna@example.org", password=PASSWORD, is_active=False)
        response = client.post(
            reverse("account_login"), {"login": "anna@example.org", "password": PASSWORD}, follow=True
        )
        assert not is_signed_in(client) and "closed" in response.content.decode()

    def test_nobody_is_led_off_the_site(self, client):
        a_member(email="anna@example.org", password=PASSWORD)
        response = client.post(
            reverse("account_login"),
            {"login": "anna@example.org", "password": PASSWORD, "next": "https://evil.example/"},
        )
        assert response.url == "/"

    def test_a_mail_server_that_is_down_is_said_and_not_thrown(self, client, monkeypatch):
        def down(message):
            raise ConnectionRefusedError

        monkeypatch.setattr("django.core.mail.EmailMessage.send", down)
        response = client.post(
            reverse("account_login"), {"login": "anna@example.org", "way": "code"}, follow=True
        )
        assert response.status_code == 200 and "could not be sent" in response.content.decode()

    @pytest.mark.parametrize("way", ["sign up", "sign in", "new password"])
    def test_a_page_that_waits_for_a_letter_says_whether_one_is_on_its_way(self, client, monkeypatch, way):
        def down(message):
            raise ConnectionRefusedError

        if way != "sign up":
            a_member(email="nora@example.org", password=PASSWORD)
        asked = {
            "sign up": ("account_signup", SIGN_UP | {"email": "nora@example.org"}),
            "sign in": ("account_login", {"login": "nora@example.org", "way": "code"}),
            "new password": ("account_reset_password", {"email": "nora@example.org"}),
        }[way]
        with monkeypatch.context() as patch:
            patch.setattr("django.core.mail.EmailMessage.send", down)
            page = client.post(reverse(asked[0]), asked[1], follow=True)
        said = page.content.decode()
        assert "could not be sent" in said and "No letter yet" in said
        assert "digits is on its way" not in said and "Look into your mailbox" not in said
        cache.clear()  # the minute that one is asked to wait
        if way == "new password":
            again = client.post(reverse(asked[0]), asked[1], follow=True).content.decode()
        else:
            again = client.post(
                page.redirect_chain[-1][0], {"action": "resend"}, follow=True
            ).content.decode()
        assert len(mail.outbox) == 1
        assert "digits is on its way" in again and "No letter yet" not in again
