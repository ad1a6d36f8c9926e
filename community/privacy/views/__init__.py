"""What somebody asks for about their own data."""
