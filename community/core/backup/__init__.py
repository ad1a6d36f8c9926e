"""A whole site in one file or folder, and back: database, uploads, and a manifest of what each must be.

The checksums find damage, not malice: whoever can write the file can write its manifest. Secrets are not in it.
"""
