"""What open pages hear: events of threads, replayed without gaps, and who is writing just now."""
