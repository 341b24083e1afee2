"""The documentation site: staged from docs/ and what it links to, built by Zensical, checked for dead links."""
