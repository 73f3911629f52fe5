"""What we are told by providers: believed, kept, handled."""
