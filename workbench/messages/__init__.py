"""Messages to customers through gateways, and photo sets that gateways drop into a watched folder."""
