"""Pages of the editors' room as visitors meet them."""
