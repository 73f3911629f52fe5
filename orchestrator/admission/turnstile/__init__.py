"""The one writer of seats in a process."""
