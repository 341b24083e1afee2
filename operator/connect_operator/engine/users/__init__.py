"""ConnectUsers: what is decided about one, and how it is carried out."""
