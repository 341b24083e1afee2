"""A release of a commit: wheel, chart, image, bill of materials, licences, checksums; the same bytes each time."""
