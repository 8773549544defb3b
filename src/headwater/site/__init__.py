"""The web application as a whole: settings, root addresses, the slots filled, the server."""
