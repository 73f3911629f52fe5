"""Stand-ins for what is beyond the code under test."""

import asyncio


class FakeTransport(asyncio.Transport):
    """A connection to a browser that reads, or does not (``stalled``)."""

    def __init__(self, *, stalled=False):
        super().__init__()
        self.stalled = stalled
        self.written = []
        self.end = None
        self.protocol = None
        self.most = 0

    @property
    def unread(self):
        return sum(map(len, self.written)) if self.stalled else 0

    def write(self, data):
        self.written.append(bytes(data))
        if self.unread > self.most and self.end is None:
            self.protocol.pause_writing()

    def close(self):
        self.end = self.end or "closed"

    def abort(self):
        self.end = self.end or "aborted"

    def is_closing(self):
        return self.end is not None

    def get_write_buffer_size(self):
        return self.unread

    def set_write_buffer_limits(self, high=None, low=None):
        self.most = high

    def set_protocol(self, protocol):
        self.protocol = protocol

    def resume_reading(self):
        pass
