"""Reader of the German registration document (Zulassungsbescheinigung Teil I)."""
