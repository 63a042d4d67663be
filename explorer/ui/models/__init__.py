"""The Models page: what is in this model, or in my checkpoint?"""
