/// Real processes under real faults: what is done to them, what they do, and whether it was right.
@NullMarked
package dev.drover.torture;

import org.jspecify.annotations.NullMarked;
