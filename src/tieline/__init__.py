"""tieline: North American power market data you can prove."""
