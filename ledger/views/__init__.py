"""What is told of records once they are worked out: months, years side by side, journals."""
