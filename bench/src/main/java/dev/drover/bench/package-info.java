/// Measurements of Drover beside what else could do the same job, in one run on one machine.
@NullMarked
package dev.drover.bench;

import org.jspecify.annotations.NullMarked;
