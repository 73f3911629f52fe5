"""What is written when a timetable moves while it is on."""
