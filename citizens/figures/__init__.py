"""Open data: count a month once it has ended, withhold what points at few, freeze, show."""
