print("liminal")
