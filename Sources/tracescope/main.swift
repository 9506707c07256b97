print("tracescope")
