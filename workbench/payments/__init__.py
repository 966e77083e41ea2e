"""Pay-out of accepted offers: SEPA instant credit transfers with four eyes and proof.

Nothing is paid by this version: an accepted offer stays in the state ``accepted`` until a person pays it elsewhere.
Planned here: the pain.001.001.09 file, the check of the payee's name, and the reading of the bank's answers.
"""
