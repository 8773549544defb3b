"""Rules of listening that know no Django."""
