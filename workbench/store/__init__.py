"""Everything that lies on a disk: the database, its migrations, the photo store."""
