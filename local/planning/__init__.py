"""What a deployment would do to a living instance: read, judged and told; nothing is changed."""
