"""From a study to the problem of each mechanism, under its own or changed conditions."""
