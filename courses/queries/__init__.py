"""What other floors and our own edges may ask of courses."""
