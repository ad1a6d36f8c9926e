"""What members upload: pictures, re-encoded and measured, and a few kinds of documents to take home."""
