"""Names that users and their documents know, thin, over the rooms behind them."""
