"""The explorer page: its template, style and scripts, and the places of its nodes."""
