"""Answer once: one post answers the same problem wherever it is asked, and helps whoever comes next."""
