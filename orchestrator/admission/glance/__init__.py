"""The rooms of an event as many are told of them at once."""
