"""LiveKit: rooms on a server of one's own, shown in our page."""
