"""What follows for seats from what others store."""
