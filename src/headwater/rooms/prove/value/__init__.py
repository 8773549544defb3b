"""Value."""
