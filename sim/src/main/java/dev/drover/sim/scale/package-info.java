/// How long a hold is in a fleet of any size, in virtual time, from what single steps cost.
@NullMarked
package dev.drover.sim.scale;

import org.jspecify.annotations.NullMarked;
