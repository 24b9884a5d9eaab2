"""Small shared vocabulary: ids, time, words of likelihood, errors. Imports nothing of crossline."""
