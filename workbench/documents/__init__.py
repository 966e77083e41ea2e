"""Documents that leave the house: the settlement offer as a PDF/A, and photos with their damage regions drawn."""
