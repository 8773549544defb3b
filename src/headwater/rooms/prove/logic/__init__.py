"""Pure rules of proving, without Django."""
