"""Being told: who hears of what, why, and how loudly. Noise is the member's to decide, to the number."""
