"""iCalendar for people who publish events and go on changing them.

``entry.py``    what a calendar shows of one thing: a ``CalendarEntry``
``publish.py``  entries written as one iCalendar stream: feed or single file
``zones.py``    VTIMEZONE as a yearly rule, exact, from ``zoneinfo``
``text.py``     what a text loses before it is written
``errors.py``   why an entry is refused

Needs icalendar only. The same entries give the same bytes in every process:
nothing here reads the clock, the environment or the network.
"""
