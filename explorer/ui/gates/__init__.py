"""The Gates page: what did every gate do at every step of my sequence?"""
