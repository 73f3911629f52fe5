"""Zoom: meetings and webinars of one account, by its REST interface and webhooks."""
