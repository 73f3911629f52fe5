"""LiveKit: rooms on a server of one's own, shown in our page."""

from integrations.video.livekit.provider import make as make
