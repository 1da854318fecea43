"""Steps that a mechanism could have, made from the compositions of its species."""
