"""The mails of a booking. One function per message; each puts Deliveries in the outbox."""
