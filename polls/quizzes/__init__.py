"""Quizzes: what somebody knows, or what suits them, asked one question at a time."""
