"""Small changes to a program, as data: each file holds one family of mistakes that people make, and undoes them."""
