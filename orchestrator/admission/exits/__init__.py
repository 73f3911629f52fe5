"""Out of the video room."""
