"""Records of acting."""
