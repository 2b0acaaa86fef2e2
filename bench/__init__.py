"""Speed, memory and scale, each as a ratio to a floor measured in the same run, interleaved, median of five."""
