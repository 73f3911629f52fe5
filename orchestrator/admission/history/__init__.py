"""What is remembered of the rooms."""
