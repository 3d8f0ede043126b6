"""A database as large as the country's, for measuring: ``manage.py load_bulk``."""
