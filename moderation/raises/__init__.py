"""Lifting a thread in the open: who, why, for how long, what it cost of the budget, and what followed."""
