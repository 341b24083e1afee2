"""What an object says of itself: reasons, and the conditions that follow from them."""
