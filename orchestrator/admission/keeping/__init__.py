"""What presses go by, kept in memory."""
