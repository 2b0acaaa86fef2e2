"""Who may do what in a shop's database on a server: roles, grants and the functions that guard them."""
