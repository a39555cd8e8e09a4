"""How sentences, numbers, dates and money are written for people, by language: the one place for pages, terminal and documents."""
