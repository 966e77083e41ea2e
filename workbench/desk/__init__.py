"""The desk: queue and case pages for vehicle experts, a Dash application behind a deny-by-default guard."""
