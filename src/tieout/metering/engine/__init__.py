"""The write path of usage: pieces are counted, statements written; they reach the kernel by `engine.ready` alone."""
