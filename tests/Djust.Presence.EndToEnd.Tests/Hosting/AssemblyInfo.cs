// Several browsers at once on a small machine would measure each other.
[assembly: Xunit.CollectionBehavior(DisableTestParallelization = true)]
