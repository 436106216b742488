"""What an answer rests on and says: values in, words and rows out; no screen."""
