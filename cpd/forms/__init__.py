"""Shape and wording of what people type about courses and bookings. Forms never write."""
