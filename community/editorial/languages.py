"""The languages of the site, as pages write them."""

# The codes of settings.LANGUAGES as HTML writes them.
LOCALES = {"en": "en", "zh-hans": "zh-CN"}
# … and as their speakers call them.
NAMES = {"en": "English", "zh-hans": "中文"}
