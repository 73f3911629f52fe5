"""What providers' news means for seats."""
