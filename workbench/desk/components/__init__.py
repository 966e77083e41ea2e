"""Parts that the pages are made of: functions that turn values into Dash components."""
