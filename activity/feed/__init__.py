"""What the people, boards and tags that somebody follows did."""
