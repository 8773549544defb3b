"""Pure rules of deciding, without Django."""
