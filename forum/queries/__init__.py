"""Page-shaped reads. Each says how many statements it costs, the viewer's own session and account apart."""
