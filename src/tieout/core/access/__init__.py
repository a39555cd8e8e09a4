"""Who may do what, where, and up to how much: roles, authority, duties that are kept apart, and what a source may say."""
