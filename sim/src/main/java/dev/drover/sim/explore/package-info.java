/// Every interleaving of a small fleet: the machines of `core` under an explorer that takes every
/// step which anyone could take next, in every state once.
@NullMarked
package dev.drover.sim.explore;

import org.jspecify.annotations.NullMarked;
