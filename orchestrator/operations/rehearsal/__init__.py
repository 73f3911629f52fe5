"""A rehearsal: made-up people at a copy of a meeting, and a verdict at the end."""
