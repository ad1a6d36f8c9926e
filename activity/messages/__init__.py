"""Private conversations of two or several. Staff read none of them but what somebody in one reports."""
