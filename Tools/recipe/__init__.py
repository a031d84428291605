"""The recipe that trains the embedded model: run `python -m recipe.pack` and its like from Tools/."""
