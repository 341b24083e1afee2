"""Files as documents, read as kubectl reads them. Nothing is known here of the kinds.

`scalars` (what a plain word means), `composing` (one YAML document), `chunks` (a text as documents), `files` (paths and
folders).
"""
