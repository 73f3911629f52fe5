"""Seats given, kept and taken back within one transaction."""
