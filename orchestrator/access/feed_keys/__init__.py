"""Personal calendars: the keys to them, and what their owners have in an event.

``model.py``    keys, choices, parts; ``parts.py`` how parts begin and end
``store.py``    questions to the database
``service.py``  makes, renews and knows again the keys
"""
