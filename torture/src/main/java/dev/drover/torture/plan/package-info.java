/// What is done to whom, and when: all of it drawn from one seed.
@NullMarked
package dev.drover.torture.plan;

import org.jspecify.annotations.NullMarked;
