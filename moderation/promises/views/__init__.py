"""Pages of promises: for readers, for the team, for administrators."""
