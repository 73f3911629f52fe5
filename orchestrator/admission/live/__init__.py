"""What is going on in the rooms, followed while it changes."""
