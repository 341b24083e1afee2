"""The operator's image, really built on this machine: buildah without a daemon, on a base made of Debian's packages.

For a release the base is an image of a registry, as the Dockerfile says; this one stands in for it where there is none.
"""

from image.base import base_archive
from image.builder import Builder, reason_against

__all__ = ["Builder", "base_archive", "reason_against"]
