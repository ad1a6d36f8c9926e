"""A Stack Exchange dump moves in: `reader` finds and reads its files, `staging` sorts them, `moving` writes them."""
