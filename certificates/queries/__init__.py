"""What the register answers to those who stand above it. Nobody in this house does: only its own
views, actions and contributions ask here."""
