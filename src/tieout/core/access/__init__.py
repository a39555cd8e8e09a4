"""Who may do what, where, and up to how much: roles, authority, segregation of duties, and which documents a source may send."""
