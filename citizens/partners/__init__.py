"""Machines that ask: other agencies and fleets, with keys, rights, quotas, a feed and webhooks."""
