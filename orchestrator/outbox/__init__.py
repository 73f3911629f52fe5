"""What we owe to people outside: written down with what it follows from."""
