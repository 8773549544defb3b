"""Pure rules of engaging, without Django."""
