/// Wiring: the server and gateway processes, built from their configuration. Clocks, randomness and
/// ids come from here.
@NullMarked
package dev.drover.app;

import org.jspecify.annotations.NullMarked;
