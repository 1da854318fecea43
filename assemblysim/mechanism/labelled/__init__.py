"""Building blocks with labelled forms, and the mechanism expanded over them."""
