"""Addresses of people and of my own settings. Included at the root, before allauth's."""

from django.urls import include, path
from django.views.generic import RedirectView

from community.members.views import account, directory, settings, staff

members = [
    path("members/", directory.directory, name="directory"),
    path("members/<str:name>/", directory.profile, name="profile"),
    path("members/<str:name>/relation/", directory.relation, name="relation"),
    path("members/<str:name>/following/", directory.following, name="following"),
    path("members/<str:name>/followers/", directory.followers, name="followers"),
    path("members/<str:name>/claim/", directory.claim, name="claim"),
    path("account/preferences/", account.preferences, name="preferences"),
    path("account/signup/again/", account.sign_up_again, name="sign_up_again"),
    path("account/signup/later/", account.passkey_later, name="passkey_later"),
    path("account/sessions/<int:pk>/end/", account.end_session, name="end_session"),
    path("account/settings/", settings.profile, name="settings"),
    path("account/settings/name/", settings.name, name="rename"),
    path("account/settings/picture/", settings.picture, name="picture"),
    path("account/settings/preferences/", settings.preferences, name="my_preferences"),
    path("account/settings/people/", settings.people, name="people"),
    path("account/settings/claim/withdraw/", settings.withdraw_claim, name="withdraw_claim"),
    path("staff/members/", staff.members, name="staff"),
    path("staff/members/claims/", staff.claims, name="staff_claims"),
    path("staff/members/claims/<int:pk>/", staff.decide_claim, name="decide_claim"),
    path("staff/members/<int:pk>/", staff.member, name="staff_member"),
    path("staff/members/<int:pk>/standing/", staff.standing, name="set_standing"),
    path("staff/members/<int:pk>/role/", staff.role, name="set_role"),
    path("staff/members/<int:pk>/name/", staff.name, name="staff_rename"),
]

urlpatterns = [
    path("", include((members, "members"))),
    path("account/language/", account.preferences, name="set_language"),
    # allauth's own name and address, with a form that can say no at the last moment.
    path("account/signup/", account.sign_up, name="account_signup"),
    path("account/password/reset/", account.reset_password, name="account_reset_password"),
    path("account/oidc/<str:provider_id>/login/", account.to_provider, name="openid_connect_login"),
    path(
        "account/oidc/<str:provider_id>/login/callback/",
        account.from_provider,
        name="openid_connect_callback",
    ),
    # One page for every way to sign up; allauth's second one leads there.
    path("account/signup/passkey/", RedirectView.as_view(pattern_name="account_signup", query_string=True)),
]
