"""Keeps botocore and urllib3 from logging at DEBUG, where they print what must not be printed.

At DEBUG botocore logs every request's parameters (CreateUser's password in clear), the session token in the string to
sign, and the bodies of STS answers (secret access keys). No log level that a person sets may open that.
"""

from __future__ import annotations

import logging

_PACKAGES = ("botocore", "boto3", "urllib3")


class _AtLeastInfo(logging.Filter):
    """Drops records below INFO, even where somebody lowers the logger's level later."""

    def filter(self, record: logging.LogRecord) -> bool:
        return record.levelno >= logging.INFO


_GUARD = _AtLeastInfo()


def forbid() -> None:
    """Make the loggers of these packages, and those beneath them that exist by now, drop what is below INFO.

    A level is inherited by loggers made later but can be lowered again; a filter cannot be lowered but is not
    inherited. So both are set, and this is called again after each client was made (botocore imports lazily).
    """
    for package in _PACKAGES:
        logger = logging.getLogger(package)
        logger.setLevel(max(logger.level, logging.INFO))
    for name in list(logging.root.manager.loggerDict):
        if name.partition(".")[0] in _PACKAGES:
            logging.getLogger(name).addFilter(_GUARD)
