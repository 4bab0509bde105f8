@NullMarked
package dev.drover.sim;

import org.jspecify.annotations.NullMarked;
