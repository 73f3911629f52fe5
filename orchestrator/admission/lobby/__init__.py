"""The queue of a room."""
