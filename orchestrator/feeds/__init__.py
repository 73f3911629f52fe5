"""Published calendars: which entries a feed holds, its kept bytes, its HTTP."""
