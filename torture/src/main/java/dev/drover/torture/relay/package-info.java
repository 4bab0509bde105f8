/// The wires between the processes, which can be cut, slowed, stopped and half-closed.
@NullMarked
package dev.drover.torture.relay;

import org.jspecify.annotations.NullMarked;
