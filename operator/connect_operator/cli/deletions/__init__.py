"""The two ways out of a paused wave of deletions: `confirm-deletions` lets it pass, `keep-deletions` keeps its users.

confirm, keep   the two commands
found           which objects are being deleted, and what their deletion would do
work            what the commands write
"""
