"""Polls: the first word anybody can say. Quizzes, surveys and draws stand on this room, as apps of their own."""
