"""What people write and programs leave: TOML, cells, places in files, files in one piece."""
