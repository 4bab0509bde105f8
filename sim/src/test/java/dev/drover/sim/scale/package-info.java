@NullMarked
package dev.drover.sim.scale;

import org.jspecify.annotations.NullMarked;
