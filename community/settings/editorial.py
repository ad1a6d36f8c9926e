"""The magazine's settings: what Wagtail may take in, and what it must not ask of the outside world."""

WAGTAILIMAGES_IMAGE_MODEL = "editorial.Picture"
WAGTAILIMAGES_IMAGE_FORM_BASE = "community.editorial.forms.PictureForm"
WAGTAILIMAGES_EXTENSIONS = ["jpg", "jpeg", "png", "webp"]
WAGTAILIMAGES_MAX_UPLOAD_SIZE = 10 * 1024 * 1024
WAGTAILIMAGES_MAX_IMAGE_PIXELS = 40_000_000
# Whatever was uploaded, visitors get WebP.
WAGTAILIMAGES_FORMAT_CONVERSIONS = {"jpeg": "webp", "png": "webp", "webp": "webp", "gif": "webp"}
WAGTAILIMAGES_WEBP_QUALITY = 82

WAGTAIL_ENABLE_UPDATE_CHECK = False
WAGTAIL_ENABLE_WHATS_NEW_BANNER = False
WAGTAIL_GRAVATAR_PROVIDER_URL = None
WAGTAILEMBEDS_FINDERS: list[
    dict[str, str]
] = []  # an embed would be an outbound request behind core.outbound's back

# Accounts, passwords and addresses are kept by members; the CMS must not offer a second way in.
WAGTAIL_PASSWORD_MANAGEMENT_ENABLED = False
WAGTAIL_EMAIL_MANAGEMENT_ENABLED = False
WAGTAIL_PASSWORD_RESET_ENABLED = False
WAGTAILADMIN_LOGIN_URL = "account_login"
WAGTAILADMIN_PERMITTED_LANGUAGES = [("en", "English"), ("zh-hans", "简体中文")]

WAGTAIL_WORKFLOW_ENABLED = False  # editors publish; there is nobody above them to ask
WAGTAIL_I18N_ENABLED = False
WAGTAIL_ALLOW_UNICODE_SLUGS = True
WAGTAILSEARCH_BACKENDS = {"default": {"BACKEND": "wagtail.search.backends.database"}}
