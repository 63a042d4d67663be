"""The Memory page: what is remembered, how long, and who wrote it?"""
