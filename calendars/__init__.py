"""iCalendar for people who publish events and go on changing them.

``entry.py``        what a calendar shows of one thing: a ``CalendarEntry``
``revision.py``     identity and step of an entry: a ``Stamp``, kept with the thing
``publish.py``      entries written as one iCalendar stream: feed or single file
``zones.py``        VTIMEZONE as a yearly rule, exact, from ``zoneinfo``
``text.py``         what a text loses before it is written
``links.py``        addresses that bring a calendar into a client
``itip.py``         invitations and cancellations by mail, for one person
``replies.py``      what clients answer to them
``conformance.py``  what is wrong with a stream, by the line (``content.py``, ``rules/``)
``errors.py``       why something is refused

Needs icalendar only. The same entries give the same bytes in every process:
nothing here reads the clock, the environment or the network.
"""
