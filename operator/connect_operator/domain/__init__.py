"""Decisions as pure functions over plain data: no I/O, no clock, no logging, no SDK."""
