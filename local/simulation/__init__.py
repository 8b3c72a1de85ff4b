"""Days of calls in virtual time: the real use case on a store in memory."""
