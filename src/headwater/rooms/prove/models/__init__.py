"""Records of proving."""
