"""The component gallery: every component in every state, light and dark, in both languages."""
