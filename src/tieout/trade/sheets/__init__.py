"""How the documents that processes share are laid out for people."""
