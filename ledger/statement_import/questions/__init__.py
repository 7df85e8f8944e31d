"""What an import asks: one class a question, with its words, choices and answers."""
