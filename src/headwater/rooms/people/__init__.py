"""The organisation: people, units, leaders over time; roles and permissions; HR import with a dry run."""
