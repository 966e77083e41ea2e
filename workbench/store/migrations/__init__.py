"""Alembic migrations, packaged so that an installed Telekalk can migrate its database."""
