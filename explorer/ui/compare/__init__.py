"""The Compare page: how do A and B differ?"""
