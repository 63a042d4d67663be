"""The Step page: what exactly happens in one step?"""
