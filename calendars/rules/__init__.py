"""What the bytes of a stream have to keep to, one small function for each rule.

``rule.py``      what a rule is, and those that many properties share
``octets.py``    lines and characters
``frame.py``     the calendar around its entries
``zones.py``     VTIMEZONE
``events.py``    VEVENT, whoever reads it
``people.py``    what depends on who reads it: public, personal, by mail
``times.py``     moments and lengths of time as they are written

Each module lists its rules, with the kinds of stream that they are for, at its
end; ``calendars.conformance`` applies them.
"""
