"""Reading the library of content: files in, frozen texts out, every fault with its file and line."""
