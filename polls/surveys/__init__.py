"""Surveys: several questions, a way through them that depends on the answers, asked again in waves."""
