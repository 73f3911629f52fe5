"""Jitsi Meet on a server of one's own: tokens let people in, event_sync tells of them."""
