"""A payment service for tests that speaks Stripe's protocol over real HTTP: small, stateful, and strict."""
