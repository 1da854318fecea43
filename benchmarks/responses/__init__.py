"""What responses of signals do to evidences."""
