"""How the facts of a result are said in plain sentences, made whenever they are read."""
