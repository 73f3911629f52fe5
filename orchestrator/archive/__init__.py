"""What a talk leaves behind: its deck and its recording."""
