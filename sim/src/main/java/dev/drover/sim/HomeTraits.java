package dev.drover.sim;

import dev.drover.core.mover.EngineModel.FencesTarget;

/// What a home can do.
///
/// @param fencesSource whether it can refuse writers who go around the gateways
/// @param blocks whether its fence refuses everybody
/// @param conditional how it refuses copies of an older term
/// @param captureLoss the probability that a change breaks the capture that it should be told on
record HomeTraits(
    boolean fencesSource, boolean blocks, FencesTarget conditional, double captureLoss) {}
