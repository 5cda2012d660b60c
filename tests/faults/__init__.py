"""What is killed, and must have lost nothing."""
