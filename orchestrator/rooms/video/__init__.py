"""Rooms at their providers: the way in, who is there, who may speak."""
