"""From a seat into the video room."""
