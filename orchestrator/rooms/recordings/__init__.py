"""Recordings of rooms: started and stopped, and their files fetched."""
