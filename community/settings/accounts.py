"""Sign-in policy: who may come in, how, how often, and what keeps a guesser out."""

from typing import Any

import environ

_env = environ.Env()

# --- who signs in, and with what ------------------------------------------------------------------------
AUTHENTICATION_BACKENDS = ["community.members.backends.MemberBackend"]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
ACCOUNT_ADAPTER = "community.members.adapters.AccountAdapter"
ACCOUNT_FORMS = {
    "login": "community.members.forms.SignInForm",
    "signup": "community.members.forms.SignUpForm",
    "add_email": "community.members.forms.AddressForm",
    "request_login_code": "community.members.forms.CodeRequestForm",
    "reset_password": "community.members.forms.ResetRequestForm",
    "reauthenticate": "community.members.forms.AgainForm",
    "reset_password_from_key": "community.members.forms.NewPasswordForm",
    "set_password": "community.members.forms.FirstPasswordForm",
    "change_password": "community.members.forms.ChangePasswordForm",
}
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1"]
ACCOUNT_MAX_EMAIL_ADDRESSES = 4
ACCOUNT_SESSION_REMEMBER = True
SESSION_COOKIE_AGE = 60 * 60 * 24 * 60

PASSWORD_HASHERS = [
    "community.members.hashers.Argon2",
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]

# --- codes by e-mail ------------------------------------------------------------------------------------
# Six digits: a phone's keyboard offers them. Three tries a code and thirty codes a day for one address leave
# a guesser less than one chance in ten thousand a day.
ALLAUTH_USER_CODE_FORMAT = {"numeric": True, "length": 6, "dashed": False}
ACCOUNT_EMAIL_VERIFICATION = "mandatory"
ACCOUNT_EMAIL_VERIFICATION_BY_CODE_ENABLED = True
ACCOUNT_EMAIL_VERIFICATION_SUPPORTS_RESEND = True
ACCOUNT_EMAIL_VERIFICATION_SUPPORTS_CHANGE = True
ACCOUNT_LOGIN_BY_CODE_ENABLED = True
ACCOUNT_LOGIN_BY_CODE_SUPPORTS_RESEND = True
ACCOUNT_LOGIN_BY_CODE_TIMEOUT = 10 * 60
ACCOUNT_PASSWORD_RESET_BY_CODE_ENABLED = True
ACCOUNT_PASSWORD_RESET_BY_CODE_TIMEOUT = 10 * 60
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
ACCOUNT_EMAIL_NOTIFICATIONS = True  # the owner is told of every change to how they sign in

# --- guessing and flooding ------------------------------------------------------------------------------
ACCOUNT_PREVENT_ENUMERATION = True
STEADY_SECONDS = (
    0.25  # sign-up and reset answer in whole steps: a new address makes more work than a known one
)
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = True  # a letter either way, so that the wait tells nothing
ACCOUNT_RATE_LIMITS = {
    "login_failed": "10/m/ip,5/5m/key,50/d/key",
    "request_login_code": "20/m/ip,3/m/key,30/d/key",
    "reset_password": "20/m/ip,3/m/key,20/d/key",
    "confirm_email": "1/10s/key,30/d/key",
}
# How many proxies of our own stand in front: only their part of X-Forwarded-For is believed.
TRUSTED_PROXIES = ALLAUTH_TRUSTED_PROXY_COUNT = _env.int("CONVOY_PROXIES", default=0)

# --- the second factor ----------------------------------------------------------------------------------
MFA_ADAPTER = "community.members.adapters.SecondFactorAdapter"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_FORMS = {
    "activate_totp": "community.members.forms.NewAppForm",
    "login_webauthn": "community.members.forms.PasskeyForm",
    "authenticate": "community.members.forms.SecondFactorForm",
    "reauthenticate": "community.members.forms.SecondFactorAgainForm",
}
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_PASSKEY_SIGNUP_ENABLED = True
MFA_TOTP_TOLERANCE = (
    1  # one step of clock drift; the forms refuse a code's second use for as long as it lives
)
STAFF_SECOND_FACTOR_HOURS = 12

# --- signing in with the brand's own identity provider (OpenID Connect) ---------------------------------
# Never joined to an account by its address: only somebody signed in to both links them.
SOCIALACCOUNT_ADAPTER = "community.members.adapters.ProviderAdapter"
SOCIALACCOUNT_FORMS = {
    "signup": "community.members.forms.ProviderSignUpForm",
    "disconnect": "community.members.forms.UnlinkForm",
}
SOCIALACCOUNT_EMAIL_AUTHENTICATION = False
SOCIALACCOUNT_EMAIL_AUTHENTICATION_AUTO_CONNECT = False
SOCIALACCOUNT_AUTO_SIGNUP = False
SOCIALACCOUNT_REAUTHENTICATION_REQUIRED = True
SOCIALACCOUNT_STORE_TOKENS = False
SOCIALACCOUNT_OPENID_CONNECT_URL_PREFIX = "oidc"
SOCIALACCOUNT_REQUESTS_TIMEOUT = 5
SOCIALACCOUNT_PROVIDERS: dict[str, Any] = {}
if _env("CONVOY_OIDC_URL", default=""):
    SOCIALACCOUNT_PROVIDERS["openid_connect"] = {
        "OAUTH_PKCE_ENABLED": True,
        "APPS": [
            {
                "provider_id": _env("CONVOY_OIDC_ID", default="brand"),
                "name": _env("CONVOY_OIDC_NAME", default="OpenID"),
                "client_id": _env("CONVOY_OIDC_CLIENT_ID"),
                "secret": _env("CONVOY_OIDC_SECRET", default=""),
                "settings": {"server_url": _env("CONVOY_OIDC_URL")},
            }
        ],
    }

USERSESSIONS_TRACK_ACTIVITY = False  # it would cost two statements a request
